"""ONNX Runtime: `with_onnxruntime.py CASE THREADS FOLDER` prints one line of JSON; FOLDER holds what write_onnx.py wrote."""
import sys,json,time,math,resource,numpy as np,onnxruntime as ort
case,t=sys.argv[1],int(sys.argv[2])
so=ort.SessionOptions(); so.intra_op_num_threads=t; so.inter_op_num_threads=1
s=ort.InferenceSession(f'{sys.argv[3]}/{case}.onnx',so,providers=['CPUExecutionProvider'])
feed={i.name:np.random.randn(*i.shape).astype('f') for i in s.get_inputs()}
io=s.io_binding()
for k,v in feed.items(): io.bind_cpu_input(k,v)
for o in s.get_outputs(): io.bind_output(o.name,'cpu')
def bench(f,secs=2.1):
    a=time.perf_counter(); n=0
    while time.perf_counter()-a<.4: f(); n+=1
    per=.4/n; it=max(1,math.ceil(secs/7/per)); v=[]
    for _ in range(7):
        a=time.perf_counter()
        for _ in range(it): f()
        v.append((time.perf_counter()-a)/it*1e6)
    v.sort(); return dict(med=round(v[3],3),min=round(v[0],3),max=round(v[6],3))
b1=bench(lambda: s.run_with_iobinding(io)); b2=bench(lambda: s.run(None,feed)); b=min(b1,b2,key=lambda r:r['med'])
print(json.dumps(dict(peer='onnxruntime',case=case,threads=t,infer=b,infer_run=b2,rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024)))
