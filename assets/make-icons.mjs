// Draws every icon of Fusebox from one description of the breaker glyph. Run: node assets/make-icons.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync, crc32 as zlibCrc32 } from 'node:zlib';

const here = import.meta.dirname;
const samples = 8; // per pixel and direction

// Shapes are functions (x, y) -> inside, in a square of 16 units: at 16 px a unit is a pixel.
const box = (x0, y0, x1, y1, r) => (x, y) => {
  const dx = Math.max(x0 + r - x, x - (x1 - r), 0);
  const dy = Math.max(y0 + r - y, y - (y1 - r), 0);
  return x >= x0 && x <= x1 && y >= y0 && y <= y1 && dx * dx + dy * dy <= r * r;
};
const disc = (cx, cy, r) => (x, y) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r;
const union = (a, b) => (x, y) => a(x, y) || b(x, y);
const minus = (a, b) => (x, y) => a(x, y) && !b(x, y);

const body = box(3, 1, 13, 15, 2.5);
const leverUp = box(6, 4, 10, 8, 0.8);
const leverDown = box(6, 8, 10, 12, 0.8);
const breakers = {
  running: minus(body, leverUp),
  stopped: union(minus(body, box(4.4, 2.4, 11.6, 13.6, 1.3)), leverDown),
};
const dot = disc(13, 3, 2.7);
const withDot = (shape) => union(minus(shape, disc(13, 3, 3.5)), dot);
// A glyph and its silhouette, which is what an outlined icon stands on.
const glyphs = {
  running: [breakers.running, body],
  stopped: [breakers.stopped, body],
  'running-attention': [withDot(breakers.running), union(body, dot)],
  'stopped-attention': [withDot(breakers.stopped), union(body, dot)],
};

/** How much of each pixel the shape covers, 0 to 1. */
function coverage(shape, size) {
  const values = new Float64Array(size * size);
  const scale = 16 / size;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      let hits = 0;
      for (let sy = 0; sy < samples; sy += 1) {
        for (let sx = 0; sx < samples; sx += 1) {
          if (shape((x + (sx + 0.5) / samples) * scale, (y + (sy + 0.5) / samples) * scale)) hits += 1;
        }
      }
      values[y * size + x] = hits / samples ** 2;
    }
  }
  return values;
}

/** The shape grown by `units` on all sides. */
function grown(shape, units) {
  const rim = Array.from({ length: 24 }, (_, i) => [
    Math.cos((i * Math.PI) / 12) * units,
    Math.sin((i * Math.PI) / 12) * units,
  ]);
  return (x, y) => shape(x, y) || rim.some(([dx, dy]) => shape(x + dx, y + dy));
}

/** Paints layers of [shape, [r, g, b], opacity] on a transparent square; RGBA bytes. */
function paint(size, layers) {
  const pixels = new Float64Array(size * size * 4);
  for (const [shape, colour, opacity] of layers) {
    for (const [i, cover] of coverage(shape, size).entries()) over(pixels, i * 4, colour, cover * opacity);
  }
  return Buffer.from(pixels.map((value, i) => Math.round(i % 4 === 3 ? value * 255 : value)));
}

function over(pixels, at, colour, alpha) {
  const below = pixels[at + 3];
  const sum = alpha + below * (1 - alpha);
  if (sum === 0) return;
  for (let c = 0; c < 3; c += 1) pixels[at + c] = (colour[c] * alpha + pixels[at + c] * below * (1 - alpha)) / sum;
  pixels[at + 3] = sum;
}

function png(size, rgba) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits a channel, RGBA
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y += 1) rgba.copy(rows, y * (size * 4 + 1) + 1, y * size * 4, (y + 1) * size * 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(zlibCrc32(named), data.length + 8);
  return out;
}

/** An .ico with plain 32-bit bitmaps: the tray of older Windows builds does not read PNG entries. */
function ico(images) {
  const bodies = images.map(({ size, rgba }) => bitmap(size, rgba));
  const head = Buffer.alloc(6 + images.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size }, i) => {
    const at = 6 + i * 16;
    head.set([size % 256, size % 256, 0, 0, 1, 0, 32, 0], at);
    head.writeUInt32LE(bodies[i].length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bodies[i].length;
  });
  return Buffer.concat([head, ...bodies]);
}

/** A bitmap as an .ico holds it: bottom row first, BGRA, twice the height, then a mask that alpha makes useless. */
function bitmap(size, rgba) {
  const maskRow = Math.ceil(size / 32) * 4;
  const out = Buffer.alloc(40 + size * size * 4 + maskRow * size);
  out.writeUInt32LE(40, 0);
  out.writeInt32LE(size, 4);
  out.writeInt32LE(size * 2, 8);
  out.writeUInt16LE(1, 12);
  out.writeUInt16LE(32, 14);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = ((size - 1 - y) * size + x) * 4;
      out.set([rgba[from + 2], rgba[from + 1], rgba[from], rgba[from + 3]], 40 + (y * size + x) * 4);
    }
  }
  return out;
}

function save(file, bytes) {
  const target = path.join(here, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, bytes);
}

const ink = [28, 27, 25];
const paper = [247, 246, 243];
const amber = [217, 119, 6];

for (const [name, [shape, silhouette]] of Object.entries(glyphs)) {
  // macOS reads only the alpha of template images. https://www.electronjs.org/docs/latest/api/native-image
  save(`macos/${name}Template.png`, png(18, paint(18, [[shape, [0, 0, 0], 1]])));
  save(`macos/${name}Template@2x.png`, png(36, paint(36, [[shape, [0, 0, 0], 1]])));
  for (const [theme, colour] of [
    ['light', ink],
    ['dark', paper],
  ]) {
    save(
      `windows/${name}-on-${theme}.ico`,
      ico([16, 20, 24, 32].map((size) => ({ size, rgba: paint(size, [[shape, colour, 1]]) }))),
    );
  }
  // Linux panels may be dark or light: a light glyph on a dark ground that is a little larger.
  const outlined = [
    [grown(silhouette, 0.9), ink, 1],
    [shape, paper, 1],
  ];
  save(`linux/${name}.png`, png(22, paint(22, outlined)));
  save(`linux/${name}@2x.png`, png(44, paint(44, outlined)));
}

const appIcon = [
  [box(1, 1, 15, 15, 3.2), ink, 1],
  [box(4.6, 3, 11.4, 13, 1.7), paper, 1],
  [box(6.3, 4.7, 9.7, 11.3, 0.9), [222, 219, 211], 1],
  [box(6.3, 4.7, 9.7, 8.2, 0.9), amber, 1],
];
save('icon.png', png(512, paint(512, appIcon)));
