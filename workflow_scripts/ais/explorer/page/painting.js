// Painting: numbers to pixels, as ais.heatmaps.overlays lays a heatmap over its picture.

const GREY = 190; // where there is no photograph

const tables = {};
for (const name of Object.keys(content.tables)) tables[name] = unpacked.u1(content.tables[name]);

// Level (0 to 1) to the place of its colour, as matplotlib looks it up.
const entry = (level) => 3 * Math.min(255, Math.max(0, Math.floor(level * 256)));

// Pixels (RGBA) of `values` over a picture (RGBA, as many pixels), grey and the more covered the further from zero.
// how: {bothWays, full, opacity, colours}; contour, where one is drawn on top.
function overlaid(picture, values, how) {
  const published = how.colours === content.published.colours && !how.bothWays;
  const table = tables[how.bothWays ? content.both_ways : how.colours];
  const found = new Uint8ClampedArray(picture.length);
  let [low, high] = [Infinity, -Infinity];
  if (published) {
    for (const value of values) if (!Number.isNaN(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  for (let i = 0; i < values.length; i++) {
    const p = 4 * i;
    const grey = (picture[p] + picture[p + 1] + picture[p + 2]) / 3;
    const value = values[i];
    let level = 0;
    let opacity = 0;
    let colourful = false;
    if (published) {
      colourful = !Number.isNaN(value);
      level = colourful && high > low ? (value - low) / (high - low) : 0;
      opacity = colourful ? Math.min(1, (how.opacity / content.strength) * content.published.strength) : 0;
    } else if (how.full > 0 && !Number.isNaN(value)) {
      level = Math.min(1, Math.max(how.bothWays ? -1 : 0, value / how.full));
      opacity = how.opacity * Math.abs(level);
    }
    const c = entry(how.bothWays ? (level + 1) / 2 : level);
    for (let channel = 0; channel < 3; channel++) {
      const below = colourful ? picture[p + channel] : grey;
      found[p + channel] = Math.round((1 - opacity) * below + opacity * table[c + channel]);
    }
    found[p + 3] = 255;
  }
  return found;
}

function paint(canvas, picture, values, how) {
  canvas.width = picture.width;
  canvas.height = picture.height;
  const pixels = overlaid(picture.pixels, values, how);
  if (how.contour) outline(pixels, picture.width, picture.height, how.contour);
  canvas.getContext("2d").putImageData(new ImageData(pixels, picture.width, picture.height), 0, 0);
}

// The contour of the top share of `values` is drawn into pixels (RGBA), light inside and dark outside.
function outline(pixels, width, height, { values, share }) {
  const least = quantile(values, 1 - share);
  const inside = Array.from(values, (value) => value >= least);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      let edge = false;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) edge ||= inside[v * width + u] !== inside[at];
      }
      if (edge) pixels.fill(inside[at] ? 255 : 20, 4 * at, 4 * at + 3);
    }
  }
}

// A bar of the colours from the smallest to the largest level, on grey.
function paintBar(canvas, how) {
  canvas.width = 120;
  canvas.height = 1;
  const picture = plain(120, 1);
  const values = Float32Array.from({ length: 120 }, (_, i) => {
    const share = i / 119;
    return (how.full || 1) * (how.bothWays ? 2 * share - 1 : share);
  });
  paint(canvas, picture, values, { ...how, full: how.full || 1, contour: null });
}
const plain = (width, height) => ({ width, height, pixels: new Uint8ClampedArray(4 * width * height).fill(GREY) });

// The small photograph of an image as pixels, or plain grey of its shape.
const pictures = new WeakMap();
function pictureOf(set, image) {
  if (!pictures.has(set)) pictures.set(set, new Map());
  const known = pictures.get(set);
  if (!known.has(image)) known.set(image, readPicture(set, image));
  return known.get(image);
}
async function readPicture(set, image) {
  const [width, height] = set.sizes[image];
  if (!set.photographs) {
    const scale = Math.min(1, 256 / Math.max(width, height));
    return plain(Math.max(1, Math.round(scale * width)), Math.max(1, Math.round(scale * height)));
  }
  const photograph = new Image();
  photograph.src = set.photographs[image];
  await photograph.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [photograph.naturalWidth, photograph.naturalHeight];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(photograph, 0, 0);
  return { width: canvas.width, height: canvas.height, pixels: context.getImageData(0, 0, canvas.width, canvas.height).data };
}

// A heatmap's values at the size of its picture.
function valuesOver(set, comparison, image, own, picture) {
  const [width, height] = set.sizes[image];
  const [left, top, right, bottom] = comparison.window[image];
  const [across, down] = [picture.width / width, picture.height / height];
  const window = [left * across, top * down, right * across, bottom * down];
  return atImageSize(own, comparison.grid[image], window, picture.width, picture.height);
}
