//! Images of digits for the examples: MNIST from a folder, or drawn here when there is none.

use std::path::Path;

use tapeless::data::idx;
use tapeless::rt::Stream;

/// An image, row by row, 0 to 1.
pub(crate) type Image = [f32; 784];

/// Training and test images: of the MNIST files in `folder` (gzipped or not), or drawn.
pub(crate) fn images(folder: Option<String>) -> Result<(Vec<Image>, Vec<Image>), Box<dyn std::error::Error>> {
    let Some(folder) = folder else {
        println!("no folder with the MNIST files was given: the digits are drawn");
        return Ok(((0..4000).map(drawn).collect(), (4000..5000).map(drawn).collect()));
    };
    let read = |set: &str| -> Result<Vec<Image>, Box<dyn std::error::Error>> {
        let name = format!("{set}-images-idx3-ubyte");
        let gzipped = Path::new(&folder).join(format!("{name}.gz"));
        let path = if gzipped.exists() { gzipped } else { Path::new(&folder).join(name) };
        Ok(idx::read(path)?.rows()?)
    };
    Ok((read("train")?, read("t10k")?))
}

/// Seven segments: top, upper left, upper right, middle, lower left, lower right, bottom.
const SEGMENTS: [&[usize]; 10] = [
    &[0, 1, 2, 4, 5, 6],
    &[2, 5],
    &[0, 2, 3, 4, 6],
    &[0, 2, 3, 5, 6],
    &[1, 2, 3, 5],
    &[0, 1, 3, 5, 6],
    &[0, 1, 3, 4, 5, 6],
    &[0, 2, 5],
    &[0, 1, 2, 3, 4, 5, 6],
    &[0, 1, 2, 3, 5, 6],
];

/// Image `number` of an endless collection: seven segments of a random place, size, slant and stroke.
fn drawn(number: u64) -> Image {
    let random = |i, from: f32, to: f32| from + (to - from) * Stream::new(1, 0).uniform::<f32>(0, number, i);
    let digit = random(0, 0.0, 10.0) as usize;
    let (left, top, slant) = (random(1, 7.0, 11.0), random(2, 3.0, 7.0), random(3, -0.1, 0.3));
    let (width, half, stroke) = (random(4, 7.0, 11.0), random(5, 7.0, 9.0), random(6, 1.0, 1.8));
    // Of each segment where it begins, in widths and half heights, and whether it lies.
    let places =
        [(0.0, 0.0, true), (0.0, 0.0, false), (1.0, 0.0, false), (0.0, 1.0, true), (0.0, 1.0, false), (1.0, 1.0, false), (0.0, 2.0, true)];
    std::array::from_fn(|pixel| {
        let y = (pixel / 28) as f32 - top;
        let x = (pixel % 28) as f32 - left + slant * (y - half);
        let distance = SEGMENTS[digit].iter().map(|&segment| {
            let (column, row, lies) = places[segment];
            let (dx, dy) = (x - column * width, y - row * half);
            let along = if lies { dx.clamp(0.0, width) } else { dy.clamp(0.0, half) };
            if lies { (dx - along).hypot(dy) } else { dx.hypot(dy - along) }
        });
        (stroke + 0.5 - distance.fold(f32::INFINITY, f32::min)).clamp(0.0, 1.0)
    })
}

/// Images beside one another, as text.
pub(crate) fn print(images: &[Image]) {
    for row in (0..28).step_by(2) {
        let line: String = images
            .iter()
            .flat_map(|image| (0..28).map(move |column| (image[28 * row + column] + image[28 * (row + 1) + column]) / 2.0))
            .map(|shade| [' ', '.', ':', 'o', '#'][(shade * 4.99).clamp(0.0, 4.0) as usize])
            .collect();
        println!("{}", line.trim_end());
    }
}
