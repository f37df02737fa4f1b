// A computer of a library or of a front desk: after a while without messages the conversation leaves the screen, after a warning.

const WARNING = 120; // seconds before
const EVERY = 1000;

export class Expiry {
  /** hooks: warn(), calm(), over(). */
  constructor(hooks) {
    this.hooks = hooks;
    this.end = 0;
    addEventListener("pageshow", () => this.#look());
  }

  /** The conversation is over that many seconds from now, unless it is used. */
  reset(seconds) {
    this.end = Date.now() + 1000 * seconds;
    this.warned = false;
    this.hooks.calm();
    this.timer ??= setInterval(() => this.#look(), EVERY);
  }

  /** There is no conversation. */
  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.hooks.calm();
  }

  #look() {
    if (!this.timer) return;
    const left = (this.end - Date.now()) / 1000;
    if (left <= 0) {
      clearInterval(this.timer);
      this.timer = null;
      this.hooks.over();
    } else if (left <= WARNING && !this.warned) {
      this.warned = true;
      this.hooks.warn();
    }
  }
}
