//! How windows slide over the last axes of a tensor: what convolutions and pools are told, and the index arithmetic that all who compute
//! them share.

/// One axis that a window slides along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slide {
    /// Extent of what the window slides over.
    pub image: usize,
    /// Elements of the window.
    pub window: usize,
    /// From one place of the window to the next.
    pub stride: usize,
    /// From one element of the window to the next.
    pub dilation: usize,
    /// Elements that the image is padded by before its first.
    pub before: usize,
    /// And after its last.
    pub after: usize,
}

impl Slide {
    /// A window without padding, stride or dilation.
    #[must_use]
    pub const fn of(image: usize, window: usize) -> Slide {
        Slide { image, window, stride: 1, dilation: 1, before: 0, after: 0 }
    }

    /// With a stride.
    #[must_use]
    pub const fn stride(self, stride: usize) -> Slide {
        Slide { stride, ..self }
    }

    /// With padding.
    #[must_use]
    pub const fn padded(self, before: usize, after: usize) -> Slide {
        Slide { before, after, ..self }
    }

    /// With a dilation.
    #[must_use]
    pub const fn dilated(self, dilation: usize) -> Slide {
        Slide { dilation, ..self }
    }

    /// Elements from the first of the window to its last, both included.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.window.saturating_sub(1).saturating_mul(self.dilation).saturating_add(1)
    }

    /// The extent of the padded image.
    #[must_use]
    pub fn padded_image(&self) -> usize {
        self.image.saturating_add(self.before).saturating_add(self.after)
    }

    /// ⌊(n + before + after − dilation·(k − 1) − 1)/stride⌋ + 1; 0 where the window is larger than the padded image.
    #[must_use]
    pub fn places(&self) -> usize {
        match self.padded_image().checked_sub(self.reach()) {
            Some(room) if self.window > 0 => room / self.stride.max(1) + 1,
            _ => 0,
        }
    }

    /// The element of the image under element `k` of the window at a place; none in the padding.
    #[must_use]
    pub fn element(&self, place: usize, k: usize) -> Option<usize> {
        (place * self.stride + k * self.dilation).checked_sub(self.before).filter(|&at| at < self.image)
    }
}

/// A convolution: how the kernel slides, axis by axis, and how the channels are grouped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Conv {
    /// The axes behind the channels.
    pub axes: Vec<Slide>,
    /// Each group of filters sees its own part of the channels.
    pub groups: usize,
    /// Whether the result (a gradient by the weights) is summed over the samples.
    pub sum_batch: bool,
}

impl Conv {
    /// One group, one result a sample.
    #[must_use]
    pub fn of(axes: &[Slide]) -> Conv {
        Conv { axes: axes.to_vec(), groups: 1, sum_batch: false }
    }

    /// With groups.
    #[must_use]
    pub fn grouped(self, groups: usize) -> Conv {
        Conv { groups, ..self }
    }

    /// Extents of the images, behind the channels.
    #[must_use]
    pub fn images(&self) -> Vec<usize> {
        self.axes.iter().map(|slide| slide.image).collect()
    }

    /// Extents of the kernel.
    #[must_use]
    pub fn windows(&self) -> Vec<usize> {
        self.axes.iter().map(|slide| slide.window).collect()
    }

    /// Extents of the result.
    #[must_use]
    pub fn places(&self) -> Vec<usize> {
        self.axes.iter().map(Slide::places).collect()
    }

    /// Every product of the sum Σ y[f, o] · w[f, c, k] · x[c, o·stride + k·dilation − before]: the flat indices of x, w and y, y's and w's ascending.
    pub fn each_product(&self, channels: usize, filters: usize, mut visit: impl FnMut(usize, usize, usize)) {
        let size = |extents: Vec<usize>| extents.iter().product::<usize>();
        let (image, window, places) = (size(self.images()), size(self.windows()), size(self.places()));
        let (per_group, of_group) = (channels / self.groups, filters / self.groups);
        for f in 0..filters {
            for o in 0..places {
                for c in 0..per_group {
                    let channel = f / of_group * per_group + c;
                    for k in 0..window {
                        if let Some(at) = under(&self.axes, o, k) {
                            visit(channel * image + at, (f * per_group + c) * window + k, f * places + o);
                        }
                    }
                }
            }
        }
    }
}

/// The flat element of the image under element `k` of the window at place `o` (flat too); none in the padding.
#[must_use]
pub fn under(axes: &[Slide], mut o: usize, mut k: usize) -> Option<usize> {
    let (mut at, mut stride) = (0, 1);
    for slide in axes.iter().rev() {
        let (places, window) = (slide.places(), slide.window);
        at += slide.element(o % places, k % window)? * stride;
        stride *= slide.image;
        o /= places;
        k /= window;
    }
    Some(at)
}

/// Every element of every window over the last axes of `planes` images: the flat indices of the image, of the place and, within one window,
/// of the element; places ascending, then elements.
pub fn each_element(axes: &[Slide], planes: usize, mut visit: impl FnMut(usize, usize, usize)) {
    let size = |of: fn(&Slide) -> usize| axes.iter().map(of).product::<usize>();
    let (image, window, places) = (size(|slide| slide.image), size(|slide| slide.window), size(Slide::places));
    for plane in 0..planes {
        for o in 0..places {
            for k in 0..window {
                if let Some(at) = under(axes, o, k) {
                    visit(plane * image + at, plane * places + o, k);
                }
            }
        }
    }
}
