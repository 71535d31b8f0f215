// Numbers: from the text in which they travel to what is drawn. Nothing here knows of the page.

const UNDEFINED = 255; // a cell
const LEVELS = 254;
const NONE = 65535; // no image, no map

function bytes(text) {
  const plain = atob(text);
  const found = new Uint8Array(plain.length);
  for (let i = 0; i < plain.length; i++) found[i] = plain.charCodeAt(i);
  return found;
}
const unpacked = {
  u1: (text) => bytes(text),
  u2: (text) => new Uint16Array(bytes(text).buffer),
  f4: (text) => new Float32Array(bytes(text).buffer),
};

// Decoded once, when first asked for.
const decoded = new WeakMap();
function numbers(holder, key, kind) {
  if (!decoded.has(holder)) decoded.set(holder, {});
  const known = decoded.get(holder);
  if (!(key in known)) known[key] = holder[key] === undefined ? null : unpacked[kind](holder[key]);
  return known[key];
}

// The cells (grid, of h × w that are packed) of one of many heatmaps, row by row; NaN where undefined.
function cellsOf(packed, [h, w], place, grid) {
  const codes = numbers(packed, "codes", "u1").subarray(place * h * w, (place + 1) * h * w);
  const low = numbers(packed, "low", "f4")[place];
  const span = numbers(packed, "high", "f4")[place] - low;
  return inGrid(Float64Array.from(codes, (code) => (code === UNDEFINED ? NaN : low + span * (code / LEVELS))), w, grid);
}

// The part of a heatmap (h × w of `width`) that belongs to the image, without padding.
function inGrid(heatmap, width, grid) {
  const own = new Float64Array(grid[0] * grid[1]);
  for (let row = 0; row < grid[0]; row++) {
    own.set(heatmap.subarray(row * width, row * width + grid[1]), row * grid[1]);
  }
  return own;
}

// A heatmap (grid) at `width` × `height` pixels, as ais.heatmaps.upsampling.at_image_size draws it: bilinear, cell
// centres inside the cells, the outermost values up to the edge of the window (left, top, right, bottom) that the
// network saw, NaN outside.
function atImageSize(own, grid, window, width, height) {
  const [left, top, right, bottom] = window;
  const across = places(width, left, right, grid[1]);
  const down = places(height, top, bottom, grid[0]);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const { first, second, share, outside } = down[y];
    for (let x = 0; x < width; x++) {
      const at = across[x];
      values[y * width + x] =
        outside || at.outside
          ? NaN
          : (1 - share) * ((1 - at.share) * own[first * grid[1] + at.first] + at.share * own[first * grid[1] + at.second]) +
            share * ((1 - at.share) * own[second * grid[1] + at.first] + at.share * own[second * grid[1] + at.second]);
    }
  }
  return values;
}
function places(pixels, start, end, cells) {
  const found = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const centre = pixel + 0.5;
    const place = ((centre - start) / (end - start)) * cells - 0.5;
    const below = Math.floor(place);
    const within = (cell) => Math.min(Math.max(cell, 0), cells - 1);
    found.push({ first: within(below), second: within(below + 1), share: place - below, outside: centre < start || centre > end });
  }
  return found;
}

// The quantile of numbers, linear between them, as NumPy takes it.
function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  if (!sorted.length) return 0;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

// The value of full colour of one image alone.
function fullOf(own, bothWays, share) {
  return quantile(bothWays ? own.filter((x) => !Number.isNaN(x)).map(Math.abs) : own.filter((x) => x > 0), share);
}

function told(value, digits = 2) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e5 || (digits < 4 && size !== 0 && size < 0.5 * 10 ** -digits)) return signed(value.toExponential(1));
  return signed(value.toFixed(size >= 100 ? 0 : digits));
}
// To two digits, whatever the size.
function brief(value) {
  const size = Math.abs(value);
  if (!isFinite(value)) return "–";
  return signed(size !== 0 && (size < 1e-3 || size >= 1e4) ? value.toExponential(1) : String(Number(value.toPrecision(2))));
}
const signed = (text) => text.replaceAll("-", "−");
function toldP(p) {
  if (p === null || p === undefined || Number.isNaN(p)) return "–";
  return p < 0.001 ? "< .001" : p.toFixed(3).replace(/^0/, "");
}
