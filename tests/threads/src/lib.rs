//! Networks of the kinds that threads treat each in its own way.

tapeless::nn! {
    /// Dense layers and metrics.
    network Dense {
        input x: [64];
        target y: [] in 0..10;
        output z = x |> fc1: dense(96) |> relu |> fc2: dense(32) |> tanh |> fc3: dense(10);
        loss cross_entropy(z, y);
        metric accuracy = accuracy(z, y);
        metric spread = norm(z);
        optimizer adam(lr = 1e-2);
    }

    /// Convolutions.
    network Image {
        input x: [1, 12, 12];
        target y: [] in 0..3;
        output z = x |> c1: conv2d(6, 3) |> relu |> max_pool2d(2) |> flatten |> fc: dense(3);
        loss cross_entropy(z, y);
        optimizer sgd(lr = 1e-1);
    }

    /// Random numbers of each sample, a penalty that no sample is in, a layer that is not trained.
    network Noisy {
        input x: [32];
        target y: [4];
        output p = x |> fc1: dense(128) |> tanh |> dropout(0.3) |> fc2: dense(64) |> tanh |> head: dense(4);
        loss data = mse(p, y);
        loss decay = 1e-2 * l2(weights);
        freeze fc2;
        optimizer adam(lr = 1e-2);
    }

    /// What is carried from step to step.
    network Stream {
        input x: [4];
        target y: [4];
        state h: [24] = zeros();
        state c: [24] = zeros();
        (h, c) = cell: lstm_cell(x, h, c);
        output out = h |> head: dense(4);
        loss mse(out, y);
        unroll 6;
        optimizer adam(lr = 1e-2);
    }

    /// So small that it is unrolled.
    network Tiny {
        input x: [2];
        target y: [1];
        output p = x |> fc1: dense(12) |> tanh |> head: dense(1);
        loss mse(p, y);
        metric error = mean_absolute_error(p, y);
        optimizer sgd(lr = 1e-1);
    }

    /// Weights beyond the caches: tiles are large, and the update makes their gradients of what all chunks have left.
    network Heavy {
        input x: [300];
        target y: [3];
        output p = x |> fc1: dense(600) |> tanh |> fc2: dense(192) |> tanh |> head: dense(3);
        loss mse(p, y);
        optimizer adam(lr = 1e-3);
    }

    /// As heavy, with an optimizer that looks at all gradients before it changes anything.
    network Clipped {
        input x: [300];
        target y: [3];
        output p = x |> fc1: dense(600) |> tanh |> fc2: dense(200) |> tanh |> head: dense(3);
        loss mse(p, y);
        optimizer sgd(lr = 1e-2, clip_norm = 0.1);
    }

    /// As heavy, and a sample is a sequence.
    network Positions {
        input x: [2, 300];
        target y: [2, 3];
        output p = x |> fc1: dense(600) |> tanh |> fc2: dense(200) |> tanh |> head: dense(3);
        loss mse(p, y);
        optimizer momentum(lr = 1e-2);
    }

    /// Two optimizers, the second of which looks at all gradients; the program's names are those of the generated code.
    network Shared {
        input hyper: [64];
        target scalars: [10];
        output p = hyper |> fc1: dense(96) |> tanh |> fc2: dense(10);
        loss mse(p, scalars);
        optimizer adam(lr = 1e-2) for fc1;
        optimizer sgd(lr = 0.1, clip_norm = 0.05) for fc2;
    }

    /// Statistics of the batch: a training step is one thread's, predictions are not.
    network Normed {
        batch 64;
        input x: [16];
        target y: [2];
        output p = x |> fc1: dense(96) |> bn: batch_norm |> relu |> fc2: dense(64) |> relu |> head: dense(2);
        loss mse(p, y);
        optimizer sgd(lr = 1e-1);
    }
}
