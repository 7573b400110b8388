/** So long a confirmation is shown, unless somebody is at it. */
const SHOWN_MS = 8_000;

/** A short confirmation at the foot of the window. It is spoken, and takes no focus. */
export class News {
  #panel = document.getElementById('news');
  #words = document.getElementById('news-words');
  #button = document.getElementById('news-show');
  #leaving;
  #act = () => {};

  constructor() {
    this.#button.addEventListener('click', () => {
      const act = this.#act;
      this.hide();
      act();
    });
    document.getElementById('news-close').addEventListener('click', () => this.hide());
    for (const type of ['pointerenter', 'focusin']) {
      this.#panel.addEventListener(type, () => clearTimeout(this.#leaving));
    }
    for (const type of ['pointerleave', 'focusout']) {
      this.#panel.addEventListener(type, () => this.#leaveLater());
    }
  }

  /**
   * @param {string} words
   * @param {{label: string, act: () => void}} [action]
   */
  tell(words, action) {
    this.#words.textContent = words;
    this.#button.hidden = !action;
    this.#button.textContent = action?.label ?? '';
    this.#act = action?.act ?? (() => {});
    this.#panel.classList.add('shown');
    this.#leaveLater();
  }

  hide() {
    clearTimeout(this.#leaving);
    if (this.#panel.contains(document.activeElement)) document.getElementById('leads-table').focus();
    this.#panel.classList.remove('shown');
    this.#words.textContent = '';
  }

  #leaveLater() {
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => {
      if (!this.#panel.matches(':hover, :focus-within')) this.hide();
    }, SHOWN_MS);
  }
}
