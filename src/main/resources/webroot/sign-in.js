import { developmentToken } from './service.js';

/**
 * Asks who somebody is: by a token that they paste, and on a machine where everything is for trying
 * out by the users that it offers.
 */
export class SignIn {
  #panel = document.getElementById('sign-in');
  #why = document.getElementById('sign-in-why');
  #users = document.getElementById('users');
  #form = document.getElementById('token-form');
  #field = document.getElementById('token');
  #userForm = document.getElementById('user-form');
  #onToken;

  /** @param {(token: string) => void} onToken somebody has one */
  constructor(onToken) {
    this.#onToken = onToken;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const token = this.#field.value.trim();
      if (token) this.#done(token);
    });
    this.#userForm.addEventListener('submit', (event) => {
      event.preventDefault();
      const name = document.getElementById('user').value.trim();
      if (name) this.#signIn(name);
    });
  }

  /** What a machine for trying out offers; without users there is only the token. */
  offer(users) {
    this.#users.replaceChildren(
      ...users.map((name) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = name;
        button.addEventListener('click', () => this.#signIn(name));
        return button;
      }),
    );
    document.getElementById('development').hidden = users.length === 0;
    // Whoever has users to choose from seldom has a token.
    const withToken = document.getElementById('with-token');
    withToken.open = users.length === 0;
    withToken.querySelector('summary').hidden = users.length === 0;
  }

  /**
   * @param {string} why in words; may be empty
   * @param {boolean} wanted whether somebody asked for it, and so expects the focus there
   */
  ask(why, wanted) {
    this.#why.textContent = why;
    this.#panel.hidden = false;
    if (!wanted) return;
    const first = [...this.#panel.querySelectorAll('button, input')].find(
      (element) => element.checkVisibility?.() ?? true,
    );
    first?.focus();
  }

  hide() {
    const had = this.#panel.contains(document.activeElement);
    this.#panel.hidden = true;
    this.#why.textContent = '';
    if (had) document.getElementById('file').focus(); // what had it is gone
  }

  async #signIn(name) {
    this.#why.textContent = '';
    try {
      this.#done(await developmentToken(name));
    } catch (failure) {
      this.#why.textContent =
        failure instanceof TypeError ? 'The service cannot be reached.' : failure.message;
    }
  }

  #done(token) {
    this.#field.value = '';
    document.getElementById('user').value = '';
    this.#onToken(token);
  }
}
