//! Convolutions, and largest elements and sums over windows: what slides where is settled here, with errors that show the arithmetic.

use super::{Args, Primitive};
use crate::elaborate::Elab;
use crate::elaborate::report::R;
use crate::elaborate::value::Value;
use crate::graph::{Attr, Conv, Slide};
use crate::ops::{self, OpDef};

pub(super) static TABLE: &[Primitive] = &[
    Primitive { name: "conv", signature: &["x", "w", "?stride", "?pad", "?dilation", "?groups"], run: conv },
    Primitive { name: "conv_transpose", signature: &["x", "w", "?stride", "?pad"], run: conv_transpose },
    Primitive { name: "window_max", signature: &["x", "k", "?stride", "?pad"], run: |elab, args| window(elab, args, &ops::window_max::OP) },
    Primitive { name: "window_sum", signature: &["x", "k", "?stride", "?pad"], run: |elab, args| window(elab, args, &ops::window_sum::OP) },
    Primitive { name: "per_axis", signature: &["k", "n"], run: per_axis },
];

/// What `pad` says.
enum Padding {
    Pairs(Vec<(usize, usize)>),
    Same,
}

impl Args {
    /// A number for all of `n` axes, or a tuple with one for each; each at least 1.
    fn numbers(&self, elab: &mut Elab<'_>, at: usize, n: usize) -> R<Vec<usize>> {
        let items: Vec<Value> = match self.get(at).map(|argument| argument.value.clone()) {
            None => vec![Value::Int(1); n],
            Some(number @ Value::Int(_)) => vec![number; n],
            Some(Value::Tuple(items) | Value::List(items)) if items.items.len() == n => items.items.clone(),
            Some(_) => return self.refuse(elab, at, &one_or_each(n)),
        };
        let size = |item: &Value| match item {
            Value::Int(k) if *k >= 1 => usize::try_from(*k).ok(),
            _ => None,
        };
        match items.iter().map(size).collect::<Option<Vec<usize>>>() {
            Some(sizes) => Ok(sizes),
            None => self.refuse(elab, at, &format!("{}, each at least 1", one_or_each(n))),
        }
    }

    /// `pad`: a number, a tuple with one for each axis, a list of pairs, or `"same"`.
    fn padding(&self, elab: &mut Elab<'_>, at: usize, n: usize) -> R<Padding> {
        let whole = |item: &Value| match item {
            Value::Int(k) => usize::try_from(*k).ok(),
            _ => None,
        };
        let pair = |item: &Value| match item {
            Value::Tuple(items) | Value::List(items) => match items.items.as_slice() {
                [before, after] => whole(before).zip(whole(after)),
                _ => None,
            },
            _ => whole(item).map(|k| (k, k)),
        };
        let pairs = match self.get(at).map(|argument| &argument.value) {
            None => Some(vec![(0, 0); n]),
            Some(Value::Str(text)) if &**text == "same" => return Ok(Padding::Same),
            Some(number @ Value::Int(_)) => whole(number).map(|k| vec![(k, k); n]),
            Some(Value::Tuple(items) | Value::List(items)) if items.items.len() == n => items.items.iter().map(pair).collect(),
            Some(_) => None,
        };
        match pairs {
            Some(pairs) => Ok(Padding::Pairs(pairs)),
            None => {
                self.refuse(elab, at, &format!("{}, none negative, a list of pairs `[(before, after), …]`, or `\"same\"`", one_or_each(n)))
            }
        }
    }
}

fn one_or_each(n: usize) -> String {
    if n == 1 { "a static integer".into() } else { format!("a static integer or a tuple of {n}") }
}

/// The padding of each axis; `"same"` keeps the extent, and an odd total goes after.
fn pairs(elab: &mut Elab<'_>, args: &Args, at: usize, windows: &[usize], strides: &[usize], dilations: &[usize]) -> R<Vec<(usize, usize)>> {
    match args.padding(elab, at, windows.len())? {
        Padding::Pairs(pairs) => Ok(pairs),
        Padding::Same if strides.iter().any(|&stride| stride != 1) => {
            let message = format!("`\"same\"` padding keeps the extent, which a stride of {strides:?} does not");
            elab.error_help("E0138", args.span_of(at), message, "give the padding as a number, or use stride 1")
        }
        Padding::Same => {
            let total = windows.iter().zip(dilations).map(|(k, dilation)| dilation.saturating_mul(k - 1));
            Ok(total.map(|total| (total / 2, total - total / 2)).collect())
        }
    }
}

/// Whether every window fits its padded image.
fn fits(elab: &mut Elab<'_>, args: &Args, axes: &[Slide], planes: usize, what: &str) -> R<()> {
    for slide in axes {
        let &Slide { image, window, stride, dilation, before, after } = slide;
        if slide.places() == 0 {
            let message = format!(
                "{}: {what} of {window} does not fit {image} elements padded by {before} and {after}: \
                 ⌊({image} + {before} + {after} − {dilation}·({window} − 1) − 1)/{stride}⌋ + 1 is less than 1",
                args.what()
            );
            let help = format!("{what} and its dilation reach over {} elements; pad more, or take a smaller one", slide.reach());
            return elab.error_help("E0138", args.span, message, help);
        }
    }
    // What is slid over must have a size that a tensor may have, padding included.
    let padded: Vec<usize> = [planes].into_iter().chain(axes.iter().map(Slide::padded_image)).collect();
    elab.shape_size(&padded, args.span)
}

fn conv(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let (x, w) = (args.real(elab, 0)?, args.real(elab, 1)?);
    let (image, kernel) = (elab.ty(x).shape, elab.ty(w).shape);
    ranks(elab, args, &image, &kernel, "[filters, channels/groups, k…]")?;
    let (images, windows) = (&image[1..], &kernel[2..]);
    let n = windows.len();
    let (strides, dilations) = (args.numbers(elab, 2, n)?, args.numbers(elab, 4, n)?);
    let pairs = pairs(elab, args, 3, windows, &strides, &dilations)?;
    let groups = if args.get(5).is_some() { args.extent(elab, 5)? } else { 1 };
    let (channels, filters) = (image[0], kernel[0]);
    if channels % groups != 0 || filters % groups != 0 {
        let message = format!("{}: {groups} groups divide neither {channels} channels into {filters} filters", args.what());
        let message =
            if channels % groups == 0 || filters % groups == 0 { message.replace("divide neither", "do not divide both") } else { message };
        return elab.error_help(
            "E0139",
            args.span,
            message.replace(" into ", " and "),
            "channels and filters are both multiples of `groups`",
        );
    }
    if kernel[1] != channels / groups {
        let message = format!(
            "{}: the kernels {kernel:?} take {} channels each, and {image:?} has {channels}/{groups} = {}",
            args.what(),
            kernel[1],
            channels / groups
        );
        return elab.error_help("E0139", args.span, message, "kernels are [filters, channels/groups, k…], images [channels, n…]");
    }
    let axes: Vec<Slide> =
        (0..n).map(|i| Slide::of(images[i], windows[i]).stride(strides[i]).dilated(dilations[i]).padded(pairs[i].0, pairs[i].1)).collect();
    fits(elab, args, &axes, channels, "a kernel")?;
    elab.node(args.span, "E0139", &ops::conv::OP, Attr::Conv(Conv::of(&axes).grouped(groups)), &[x, w]).map(Value::Tensor)
}

fn conv_transpose(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let (x, w) = (args.real(elab, 0)?, args.real(elab, 1)?);
    let (image, kernel) = (elab.ty(x).shape, elab.ty(w).shape);
    ranks(elab, args, &image, &kernel, "[channels, filters, k…]")?;
    let windows = &kernel[2..];
    let n = windows.len();
    let strides = args.numbers(elab, 2, n)?;
    let pairs = pairs(elab, args, 3, windows, &strides, &vec![1; n])?;
    if kernel[0] != image[0] {
        let message = format!("{}: the kernels {kernel:?} take {} channels, and {image:?} has {}", args.what(), kernel[0], image[0]);
        return elab.error_help("E0139", args.span, message, "kernels are [channels, filters, k…], images [channels, n…]");
    }
    let mut axes = Vec::with_capacity(n);
    for i in 0..n {
        let (k, stride, (before, after), places) = (windows[i], strides[i], pairs[i], image[i + 1]);
        let spread = (places - 1).saturating_mul(stride).saturating_add(k);
        let Some(extent) = spread.checked_sub(before.saturating_add(after)).filter(|&extent| extent > 0) else {
            let message = format!(
                "{}: nothing is left of {places} elements: ({places} − 1)·{stride} − {before} − {after} + {k} is less than 1",
                args.what()
            );
            return elab.error_help("E0138", args.span, message, "padding takes elements of the result away: pad less");
        };
        axes.push(Slide::of(extent, k).stride(stride).padded(before, after));
    }
    let planes = kernel[1];
    fits(elab, args, &axes, planes, "a kernel")?;
    elab.node(args.span, "E0139", &ops::conv_input::OP, Attr::Conv(Conv::of(&axes)), &[w, x]).map(Value::Tensor)
}

/// Images of one or two axes behind the channels, and kernels of two axes more than those.
fn ranks(elab: &mut Elab<'_>, args: &Args, image: &[usize], kernel: &[usize], layout: &str) -> R<()> {
    if matches!(kernel.len(), 3 | 4) && image.len() + 1 == kernel.len() {
        return Ok(());
    }
    let message = format!(
        "{} takes [channels, n] with kernels of 3 axes or [channels, h, w] with kernels of 4, found {image:?} and {kernel:?}",
        args.what()
    );
    elab.error_help("E0139", args.span, message, format!("kernels are {layout}"))
}

/// `window_max` and `window_sum`: over all axes behind the first, or over as many of the last as `k` has numbers.
fn window(elab: &mut Elab<'_>, args: &Args, op: &'static OpDef) -> R<Value> {
    let x = args.real(elab, 0)?;
    let shape = elab.ty(x).shape;
    let n = match args.value(1)? {
        Value::Tuple(items) | Value::List(items) => items.items.len(),
        _ => shape.len().saturating_sub(1).max(1),
    };
    if !(1..=shape.len()).contains(&n) {
        let message = format!("{} slides over one axis or more, found a window of {n} over {shape:?}", args.what());
        return elab.error_help("E0139", args.span, message, "a tuple says how many of the last axes are meant: `(2, 2)`");
    }
    let windows = args.numbers(elab, 1, n)?;
    let strides = if args.get(2).is_some() { args.numbers(elab, 2, n)? } else { windows.clone() };
    let pairs = pairs(elab, args, 3, &windows, &strides, &vec![1; n])?;
    let images = &shape[shape.len() - n..];
    let axes: Vec<Slide> = (0..n).map(|i| Slide::of(images[i], windows[i]).stride(strides[i]).padded(pairs[i].0, pairs[i].1)).collect();
    for slide in &axes {
        let half = slide.window / 2;
        if slide.before > half || slide.after > half {
            let message = format!(
                "{}: padding by {} and {} could leave a window of {} without a single element of the image",
                args.what(),
                slide.before,
                slide.after,
                slide.window
            );
            return elab.error_help("E0138", args.span, message, format!("a window of {} is padded by at most {half}", slide.window));
        }
    }
    let planes = shape[..shape.len() - n].iter().fold(1, |product: usize, &extent| product.saturating_mul(extent));
    fits(elab, args, &axes, planes, "a window")?;
    // The operations slide over two axes at most: the last two, and then the others from the inside, so that the first of equal ones stays it.
    let (others, last) = axes.split_at(n.saturating_sub(2));
    let mut out = elab.node(args.span, "E0138", op, Attr::Windows(last.to_vec()), &[x])?;
    for (i, slide) in others.iter().enumerate().rev() {
        let (at, end) = (shape.len() - n + i, shape.len() - 1);
        let away = (0..at).chain(at + 1..=end).chain([at]).collect();
        let back = (0..at).chain([end]).chain(at..end).collect();
        let moved = elab.node(args.span, "E0138", &ops::transpose::OP, Attr::Permutation(away), &[out])?;
        let slid = elab.node(args.span, "E0138", op, Attr::Windows(vec![*slide]), &[moved])?;
        out = elab.node(args.span, "E0138", &ops::transpose::OP, Attr::Permutation(back), &[slid])?;
    }
    Ok(Value::Tensor(out))
}

/// `per_axis(k, n)`: a number, or a tuple of n, as a list of n.
fn per_axis(elab: &mut Elab<'_>, args: &Args) -> R<Value> {
    let n = args.extent(elab, 1)?;
    elab.list_size(n, args.span)?;
    let sizes = args.numbers(elab, 0, n)?;
    Ok(Value::list(sizes.into_iter().map(|k| Value::Int(k as i64)).collect()))
}
