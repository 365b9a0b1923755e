// Loaded into the main process before the application: its clock starts at a fixed moment, and moves on when told to.
const SystemDate = Date;
let aheadMs = Number(process.env.FUSEBOX_PICTURE_TIME) - SystemDate.now();
const now = () => SystemDate.now() + aheadMs;

const moving = new Proxy(SystemDate, {
  construct: (date, given, target) => Reflect.construct(date, given.length === 0 ? [now()] : given, target),
  get: (date, name) => (name === 'now' ? now : Reflect.get(date, name)),
});
Reflect.set(globalThis, 'Date', moving);
Reflect.set(globalThis, 'moveClock', (/** @type {number} */ ms) => {
  aheadMs += ms;
});
