"""Writes the workloads as ONNX graphs for inference: `write_onnx.py FOLDER`."""
import sys, onnx, numpy as np, math
from onnx import helper as h, TensorProto as T, numpy_helper as nh
rng=np.random.default_rng(0)
def save(name,nodes,inits,ins,outs):
    g=h.make_graph(nodes,name,[h.make_tensor_value_info(n,T.FLOAT,s) for n,s in ins],[h.make_tensor_value_info(n,T.FLOAT,s) for n,s in outs],[nh.from_array(v,k) for k,v in inits.items()])
    m=h.make_model(g,opset_imports=[h.make_opsetid('',13)]); m.ir_version=8; onnx.checker.check_model(m); onnx.save(m,f'{sys.argv[1]}/{name}.onnx')
def R(*s,sc=.1): return (rng.standard_normal(s)*sc).astype('f')
def mlp(name,d,b,act,last):
    n=[];i={};x='x'
    for k,(a,o) in enumerate(zip(d,d[1:])):
        i[f'w{k}']=R(o,a,sc=1/math.sqrt(a)); i[f'b{k}']=R(o); n.append(h.make_node('Gemm',[x,f'w{k}',f'b{k}'],[f'g{k}'],transB=1)); x=f'g{k}'
        f=act if k<len(d)-2 else last
        if f: n.append(h.make_node(f,[x],[f'a{k}'])); x=f'a{k}'
    n.append(h.make_node('Identity',[x],['y'])); save(name,n,i,[('x',[b,d[0]])],[('y',[b,d[-1]])])
mlp('W1',[3,2,1],1,'Tanh','Tanh'); mlp('W2a',[2,16,8,1],32,'Relu','Sigmoid'); mlp('W2b',[2,32,16,8,1],32,'Relu','Sigmoid')
for b in (1,32,128): mlp(f'W3b{b}',[784,128,64,10],b,'Relu',None)
mlp('W7',[1024]*4+[10],128,'Relu',None); mlp('W8',[2,32,32,32,1],256,'Tanh',None)
i=dict(w1=R(8,1,3,3),b1=R(8),w2=R(16,8,3,3),b2=R(16),w3=R(10,400),b3=R(10))
save('W4',[h.make_node('Conv',['x','w1','b1'],['c1'],kernel_shape=[3,3]),h.make_node('Relu',['c1'],['r1']),h.make_node('MaxPool',['r1'],['p1'],kernel_shape=[2,2],strides=[2,2]),h.make_node('Conv',['p1','w2','b2'],['c2'],kernel_shape=[3,3]),h.make_node('Relu',['c2'],['r2']),h.make_node('MaxPool',['r2'],['p2'],kernel_shape=[2,2],strides=[2,2]),h.make_node('Flatten',['p2'],['f']),h.make_node('Gemm',['f','w3','b3'],['y'],transB=1)],i,[('x',[32,1,28,28])],[('y',[32,10])])
for nm,TT,b in (('W5b1',64,1),('W5b32',64,32),('W5step',1,1)):
    i=dict(W=R(1,160,1),R=R(1,160,40),B=R(1,320),Wd=R(40,1),bd=R(1))
    ins=[('x',[TT,b,1])]; lin=['x','W','R','B']; outs=[('y',[TT,1,b,1])]
    if nm=='W5step': ins+= [('h0',[1,b,40]),('c0',[1,b,40])]; lin+=['','h0','c0']; outs+=[('hn',[1,b,40]),('cn',[1,b,40])]
    n=[h.make_node('LSTM',lin,['Y','hn','cn'] if nm=='W5step' else ['Y'],hidden_size=40),h.make_node('MatMul',['Y','Wd'],['m']),h.make_node('Add',['m','bd'],['y'])]
    save(nm,n,i,ins,outs)
