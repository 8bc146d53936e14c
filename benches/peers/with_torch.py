"""PyTorch: `with_torch.py CASE MODE THREADS` prints one line of JSON; MODE is eager or compile."""
import sys, json, time, os, resource, math
case, mode, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
import torch, torch.nn as nn, torch.nn.functional as F
torch.set_num_threads(threads); torch.set_num_interop_threads(1)
torch.manual_seed(0)
LR = 1e-4
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
def P(*s, scale=None):
    fan = s[-1] if len(s)==2 else (math.prod(s[1:]) if len(s)>1 else 1)
    return (torch.randn(*s)*(scale if scale is not None else 1/math.sqrt(fan)))
def mlp_params(d): 
    o=[]
    for a,b in zip(d,d[1:]): o += [P(b,a), torch.zeros(b)]
    return o
def mlp_fwd(p,x,act,last=None):
    n=len(p)//2
    for i in range(n):
        x=F.linear(x,p[2*i],p[2*i+1])
        if i<n-1: x=act(x)
        elif last: x=last(x)
    return x
stateful=None
if case=='W1':
    params=mlp_params([3,2,1]); X=torch.randn(1,3); Y=torch.randn(1,1)
    fwd=lambda p,x: mlp_fwd(p,x,torch.tanh,torch.tanh); loss=lambda p,x,y: 0.5*((fwd(p,x)-y)**2).sum()
elif case in('W2a','W2b'):
    params=mlp_params([2,16,8,1] if case=='W2a' else [2,32,16,8,1]); X=torch.randn(32,2); Y=torch.rand(32,1)
    fwd=lambda p,x: mlp_fwd(p,x,torch.relu,torch.sigmoid); loss=lambda p,x,y: F.mse_loss(fwd(p,x),y)
elif case.startswith('W3'):
    b=int(case.split('b')[1]); params=mlp_params([784,128,64,10]); X=torch.randn(b,784); Y=torch.randint(0,10,(b,))
    fwd=lambda p,x: mlp_fwd(p,x,torch.relu); loss=lambda p,x,y: F.cross_entropy(fwd(p,x),y)
elif case=='W4':
    params=[P(8,1,3,3),torch.zeros(8),P(16,8,3,3),torch.zeros(16),P(10,400),torch.zeros(10)]; X=torch.randn(32,1,28,28); Y=torch.randint(0,10,(32,))
    def fwd(p,x):
        x=F.max_pool2d(torch.relu(F.conv2d(x,p[0],p[1])),2); x=F.max_pool2d(torch.relu(F.conv2d(x,p[2],p[3])),2)
        return F.linear(x.flatten(1),p[4],p[5])
    loss=lambda p,x,y: F.cross_entropy(fwd(p,x),y)
elif case.startswith('W5'):
    b=int(case.split('b')[1]); H=40; T=64
    X=torch.randn(T,b,1); Y=torch.randn(T,b,1)
    if mode=='eager':
        lstm=nn.LSTM(1,H); head=nn.Linear(H,1); params=list(lstm.parameters())+list(head.parameters())
        fwd=lambda p,x: head(lstm(x)[0])
        def mk():
            st=[None]; x1=X[:1].contiguous()
            def f():
                o,st[0]=lstm(x1,st[0]); return head(o)
            return f
        stateful=mk
    else:
        params=[P(4*H,1,scale=.15),P(4*H,H),torch.zeros(4*H),P(1,H),torch.zeros(1)]
        def cell(p,xt,h,c):
            g=F.linear(xt,p[0],p[2])+h@p[1].t()
            i,f,gg,o=g.chunk(4,-1); c=torch.sigmoid(f)*c+torch.sigmoid(i)*torch.tanh(gg); h=torch.sigmoid(o)*torch.tanh(c)
            return h,c
        def fwd(p,x):
            h=torch.zeros(b,H); c=torch.zeros(b,H); hs=[]
            for t in range(T):
                h,c=cell(p,x[t],h,c); hs.append(h)
            return F.linear(torch.stack(hs),p[3],p[4])
        def mk():
            st=[torch.zeros(b,H),torch.zeros(b,H)]; x1=X[0].contiguous()
            def one(p,x,h,c):
                h,c=cell(p,x,h,c); return F.linear(h,p[3],p[4]),h,c
            one=torch.compile(one,fullgraph=True)
            def f():
                y,st[0],st[1]=one(params,x1,st[0],st[1]); return y
            return f
        stateful=mk
    loss=lambda p,x,y: F.mse_loss(fwd(p,x),y)
elif case=='W6':
    B,T,D,NH,FF,V=8,32,64,4,256,64
    params=[P(V,D,scale=.02),P(T,D,scale=.02)]
    for _ in range(2): params += [torch.ones(D),torch.zeros(D),P(3*D,D),torch.zeros(3*D),P(D,D),torch.zeros(D),torch.ones(D),torch.zeros(D),P(FF,D),torch.zeros(FF),P(D,FF),torch.zeros(D)]
    params += [torch.ones(D),torch.zeros(D),P(V,D),torch.zeros(V)]
    X=torch.randint(0,V,(B,T)); Y=torch.randint(0,V,(B,T))
    def fwd(p,x):
        h=F.embedding(x,p[0])+p[1]
        for l in range(2):
            q=p[2+12*l:14+12*l]
            a=F.layer_norm(h,(D,),q[0],q[1]); qkv=F.linear(a,q[2],q[3]).view(B,T,3,NH,D//NH).permute(2,0,3,1,4)
            o=F.scaled_dot_product_attention(qkv[0],qkv[1],qkv[2],is_causal=True).transpose(1,2).reshape(B,T,D)
            h=h+F.linear(o,q[4],q[5])
            a=F.layer_norm(h,(D,),q[6],q[7]); h=h+F.linear(F.gelu(F.linear(a,q[8],q[9])),q[10],q[11])
        h=F.layer_norm(h,(D,),p[-4],p[-3]); return F.linear(h,p[-2],p[-1])
    loss=lambda p,x,y: F.cross_entropy(fwd(p,x).view(-1,V),y.view(-1))
elif case=='W7':
    params=mlp_params([1024,1024,1024,1024,10]); X=torch.randn(128,1024); Y=torch.randint(0,10,(128,))
    fwd=lambda p,x: mlp_fwd(p,x,torch.relu); loss=lambda p,x,y: F.cross_entropy(fwd(p,x),y)
elif case in ('W8','W8fwd'):
    params=mlp_params([2,32,32,32,1]); X=torch.rand(256,2); Y=torch.zeros(256,1)
    fwd=lambda p,x: mlp_fwd(p,x,torch.tanh)
    if mode=='eager' and case=='W8':
        def loss(p,x,y):
            x=x.detach().requires_grad_(True); u=fwd(p,x)
            g=torch.autograd.grad(u.sum(),x,create_graph=True)[0]
            uxx=torch.autograd.grad(g[:,0].sum(),x,create_graph=True)[0][:,0]
            return ((g[:,1]-0.1*uxx)**2).mean()
    else:
        # forward-mode Taylor propagation written by hand (u,ux,uxx,ut)
        def loss(p,x,y):
            B=x.shape[0]; n=len(p)//2
            u=F.linear(x,p[0],p[1]); ux=p[0][:,0].expand(B,-1); ut=p[0][:,1].expand(B,-1); uxx=torch.zeros_like(u)
            for i in range(1,n):
                s=torch.tanh(u); d=1-s*s
                uxx=d*uxx-2*s*d*ux*ux; ux=d*ux; ut=d*ut
                W=p[2*i].t(); u=s@W+p[2*i+1]; ux=ux@W; uxx=uxx@W; ut=ut@W
            return ((ut-0.1*uxx)**2).mean()
res=dict(peer='torch-'+mode,case=case,threads=threads)
t0=time.time()
if mode=='eager':
    for q in params: q.requires_grad_(True)
    opt=torch.optim.SGD(params,lr=LR,fused=True)
    def step():
        opt.zero_grad(set_to_none=True); l=loss(params,X,Y); l.backward(); opt.step()
    step()
    res['rss_train0']=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024
    res['train']=bench(step)
    def step2():
        l=loss(params,X,Y); gs=torch.autograd.grad(l,params)
        with torch.no_grad(): torch._foreach_add_(params,gs,alpha=-LR)
    if case!='W8': res['train_grad_foreach']=bench(step2)
    with torch.inference_mode():
        res['infer']=bench(lambda: fwd(params,X))
        if stateful: f=stateful(); f(); res['infer_step']=bench(f)
else:
    if os.environ.get('CPPW'): 
        import torch._inductor.config as ic; ic.cpp_wrapper=True; res['peer']+='-cppw'
    def fstep(p,x,y):
        gs,l=torch.func.grad_and_value(loss)(p,x,y)
        for a,g in zip(p,gs): a.add_(g,alpha=-LR)
        return l
    cs=torch.compile(fstep,fullgraph=True); cf=torch.compile(fwd,fullgraph=True)
    with torch.no_grad():
        cs(params,X,Y); cs(params,X,Y); res['compile_s']=round(time.time()-t0,1)
        res['train']=bench(lambda: cs(params,X,Y))
        with torch.inference_mode():
            if not (case.startswith('W5') and os.environ.get('NOFWD')): cf(params,X); res['infer']=bench(lambda: cf(params,X))
            if stateful: f=stateful(); f(); res['infer_step']=bench(f)
res['rss_mb']=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024
print(json.dumps(res))
