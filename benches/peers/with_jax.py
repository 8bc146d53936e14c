"""JAX: `with_jax.py CASE THREADS` prints one line of JSON. `train` is a jitted step called from Python, `train_loop` 100 steps inside
one `fori_loop`: without dispatch. Environment: UNROLL=8 unrolls the scan of W5, HAND=1 propagates the derivatives of W8 by hand."""
import sys, json, time, os, resource, math
case, threads = sys.argv[1], int(sys.argv[2])
if threads==1: os.environ['XLA_FLAGS']='--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1'
os.environ['JAX_PLATFORMS']='cpu'
import jax, jax.numpy as jnp, numpy as np
from jax import lax
jax.config.update('jax_cpu_enable_async_dispatch', False)
rng=np.random.default_rng(0); LR=1e-4
def bench(f, secs=2.1):
    t=time.perf_counter(); n=0
    while time.perf_counter()-t < 0.4 or n < 3: f(); n+=1
    t=time.perf_counter(); n=0
    while time.perf_counter()-t < 0.2 or n < 2: f(); n+=1
    per=(time.perf_counter()-t)/n
    it=max(1,math.ceil(secs/7/per)); v=[]; c0=time.process_time(); w0=time.perf_counter()
    for _ in range(7):
        t=time.perf_counter()
        for _ in range(it): f()
        v.append((time.perf_counter()-t)/it*1e6)
    cpu=(time.process_time()-c0)/(time.perf_counter()-w0)
    v.sort(); return dict(med=round(v[3],3),min=round(v[0],3),max=round(v[6],3),iters=it,cpu=round(cpu,2))
def R(*s,scale=1.0): return jnp.asarray((rng.standard_normal(s)*scale).astype('f'))
def mlp_params(d): return [x for a,b in zip(d,d[1:]) for x in (R(a,b,scale=1/math.sqrt(a)), jnp.zeros(b,jnp.float32))]
def mlp(p,x,act,last=None):
    n=len(p)//2
    for i in range(n):
        x=x@p[2*i]+p[2*i+1]
        if i<n-1: x=act(x)
        elif last: x=last(x)
    return x
def ce(lg,y): return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(lg),y[...,None],-1))
one=None
if case=='W1':
    params=mlp_params([3,2,1]); X=R(1,3); Y=R(1,1); fwd=lambda p,x: mlp(p,x,jnp.tanh,jnp.tanh); loss=lambda p,x,y: 0.5*jnp.sum((fwd(p,x)-y)**2)
elif case in('W2a','W2b'):
    params=mlp_params([2,16,8,1] if case=='W2a' else [2,32,16,8,1]); X=R(32,2); Y=R(32,1)
    fwd=lambda p,x: mlp(p,x,jax.nn.relu,jax.nn.sigmoid); loss=lambda p,x,y: jnp.mean((fwd(p,x)-y)**2)
elif case.startswith('W3'):
    b=int(case.split('b')[1]); params=mlp_params([784,128,64,10]); X=R(b,784); Y=jnp.asarray(rng.integers(0,10,b),jnp.int32)
    fwd=lambda p,x: mlp(p,x,jax.nn.relu); loss=lambda p,x,y: ce(fwd(p,x),y)
elif case=='W4':
    NH=os.environ.get('NHWC','1')=='1'
    X=R(32,28,28,1) if NH else R(32,1,28,28); Y=jnp.asarray(rng.integers(0,10,32),jnp.int32)
    params=[R(3,3,1,8,scale=.33) if NH else R(8,1,3,3,scale=.33),jnp.zeros(8),R(3,3,8,16,scale=.12) if NH else R(16,8,3,3,scale=.12),jnp.zeros(16),R(400,10,scale=.05),jnp.zeros(10)]
    dn=('NHWC','HWIO','NHWC') if NH else ('NCHW','OIHW','NCHW'); bb=(lambda b:b) if NH else (lambda b:b[:,None,None])
    def pool(x): 
        w=(1,2,2,1) if NH else (1,1,2,2); 
        return lax.reduce_window(x,-jnp.inf,lax.max,w,w,'VALID')
    def fwd(p,x):
        x=pool(jax.nn.relu(lax.conv_general_dilated(x,p[0],(1,1),'VALID',dimension_numbers=dn)+bb(p[1])))
        x=pool(jax.nn.relu(lax.conv_general_dilated(x,p[2],(1,1),'VALID',dimension_numbers=dn)+bb(p[3])))
        return x.reshape(32,-1)@p[4]+p[5]
    loss=lambda p,x,y: ce(fwd(p,x),y)
elif case.startswith('W5'):
    b=int(case.split('b')[1]); H=40; T=64; X=R(T,b,1); Y=R(T,b,1)
    params=[R(1,4*H,scale=.15),R(H,4*H,scale=.15),jnp.zeros(4*H),R(H,1,scale=.15),jnp.zeros(1)]
    UN=int(os.environ.get('UNROLL','1'))
    def cell(p,x,h,c):
        g=x@p[0]+h@p[1]+p[2]; i,f,gg,o=jnp.split(g,4,-1)
        c=jax.nn.sigmoid(f)*c+jax.nn.sigmoid(i)*jnp.tanh(gg); return jax.nn.sigmoid(o)*jnp.tanh(c),c
    def fwd(p,x):
        z=jnp.zeros((b,H))
        def s(hc,xt): h,c=cell(p,xt,*hc); return (h,c),h
        _,hs=lax.scan(s,(z,z),x,unroll=UN); return hs@p[3]+p[4]
    def one(p,x,h,c): h,c=cell(p,x,h,c); return h@p[3]+p[4],h,c
    loss=lambda p,x,y: jnp.mean((fwd(p,x)-y)**2)
elif case=='W6':
    B,T,D,NH,FF,V=8,32,64,4,256,64
    params=[R(V,D,scale=.02),R(T,D,scale=.02)]
    for _ in range(2): params += [jnp.ones(D),jnp.zeros(D),R(D,3*D,scale=.1),jnp.zeros(3*D),R(D,D,scale=.1),jnp.zeros(D),jnp.ones(D),jnp.zeros(D),R(D,FF,scale=.1),jnp.zeros(FF),R(FF,D,scale=.06),jnp.zeros(D)]
    params += [jnp.ones(D),jnp.zeros(D),R(D,V,scale=.1),jnp.zeros(V)]
    X=jnp.asarray(rng.integers(0,V,(B,T)),jnp.int32); Y=jnp.asarray(rng.integers(0,V,(B,T)),jnp.int32); mask=jnp.asarray(np.tril(np.ones((T,T),bool)))
    def ln(x,g,b): m=x.mean(-1,keepdims=True); v=((x-m)**2).mean(-1,keepdims=True); return (x-m)*lax.rsqrt(v+1e-5)*g+b
    def fwd(p,x):
        h=p[0][x]+p[1]
        for l in range(2):
            q=p[2+12*l:14+12*l]; a=ln(h,q[0],q[1])
            qkv=(a@q[2]+q[3]).reshape(B,T,3,NH,D//NH).transpose(2,0,3,1,4)
            s=jnp.where(mask,jnp.einsum('bhtd,bhsd->bhts',qkv[0],qkv[1])/4.0,-1e30); o=jnp.einsum('bhts,bhsd->bhtd',jax.nn.softmax(s),qkv[2]).transpose(0,2,1,3).reshape(B,T,D)
            h=h+o@q[4]+q[5]; a=ln(h,q[6],q[7]); h=h+jax.nn.gelu(a@q[8]+q[9],approximate=False)@q[10]+q[11]
        return ln(h,p[-4],p[-3])@p[-2]+p[-1]
    loss=lambda p,x,y: ce(fwd(p,x),y)
elif case=='W7':
    params=mlp_params([1024,1024,1024,1024,10]); X=R(128,1024); Y=jnp.asarray(rng.integers(0,10,128),jnp.int32)
    fwd=lambda p,x: mlp(p,x,jax.nn.relu); loss=lambda p,x,y: ce(fwd(p,x),y)
elif case=='W8':
    params=mlp_params([2,32,32,32,1]); X=jnp.abs(R(256,2)); Y=jnp.zeros(1)
    fwd=lambda p,x: mlp(p,x,jnp.tanh)
    HAND=os.environ.get('HAND','0')=='1'
    if not HAND:
        def loss(p,x,y):
            u=lambda xx,t: mlp(p,jnp.stack([xx,t]),jnp.tanh)[0]
            def res(z):
                f=lambda xx: u(xx,z[1]); fx=lambda xx: jax.jvp(f,(xx,),(1.0,))[1]
                uxx=jax.jvp(fx,(z[0],),(1.0,))[1]; ut=jax.jvp(lambda t:u(z[0],t),(z[1],),(1.0,))[1]
                return ut-0.1*uxx
            return jnp.mean(jax.vmap(res)(x)**2)
    else:
        def loss(p,x,y):
            n=len(p)//2; u=x@p[0]+p[1]; ux=jnp.broadcast_to(p[0][0],u.shape); ut=jnp.broadcast_to(p[0][1],u.shape); uxx=jnp.zeros_like(u)
            for i in range(1,n):
                s=jnp.tanh(u); d=1-s*s; uxx=d*uxx-2*s*d*ux*ux; ux=d*ux; ut=d*ut; W=p[2*i]
                u=s@W+p[2*i+1]; ux=ux@W; uxx=uxx@W; ut=ut@W
            return jnp.mean((ut-0.1*uxx)**2)
res=dict(peer='jax',case=case+('-hand' if os.environ.get('HAND') else '')+(f"-unroll{os.environ['UNROLL']}" if 'UNROLL' in os.environ else '')+('-nchw' if os.environ.get('NHWC')=='0' else ''),threads=threads)
def step_(p,x,y):
    l,g=jax.value_and_grad(loss)(p,x,y); return [a-LR*b for a,b in zip(p,g)],l
t0=time.time()
step=jax.jit(step_,donate_argnums=0); f_=jax.jit(fwd)
# fused loop first (copy of params)
N=max(1,int(os.environ.get('NLOOP','100')))
loop=jax.jit(lambda p,x,y: lax.fori_loop(0,N,lambda i,q: step_(q,x,y)[0],p),donate_argnums=0)
st={'p':[jnp.array(a,copy=True) for a in params]}
def run():
    st['p'],l=step(st['p'],X,Y); l.block_until_ready()
run(); res['compile_s']=round(time.time()-t0,1)
res['train']=bench(run)
st['q']=[jnp.array(a,copy=True) for a in params]
def runl(): st['q']=loop(st['q'],X,Y); st['q'][0].block_until_ready()
runl(); r=bench(runl); res['train_loop']={k:(round(v/N,3) if k in('med','min','max') else v) for k,v in r.items()}
f_(params,X).block_until_ready(); res['infer']=bench(lambda: f_(params,X).block_until_ready())
if one is not None:
    o=jax.jit(one,donate_argnums=(2,3)); s={'h':jnp.zeros((b,40)),'c':jnp.zeros((b,40))}; x1=X[0]
    def runo():
        y,s['h'],s['c']=o(params,x1,s['h'],s['c']); y.block_until_ready()
    runo(); res['infer_step']=bench(runo)
res['rss_mb']=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024
print(json.dumps(res))
