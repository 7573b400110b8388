/** As much of a document as the parts of the page touch when they are made outside of a browser. */
class Element extends EventTarget {
  dataset = {};
  children = [];
  parent = null;
  hidden = false;
  textContent = '';
  classList = { add() {}, remove() {}, toggle() {} };
  #attributes = new Map();
  #within = new Map();

  constructor(localName) {
    super();
    this.localName = localName;
  }

  getAttribute = (name) => this.#attributes.get(name) ?? null;
  setAttribute = (name, value) => void this.#attributes.set(name, value);
  removeAttribute = (name) => void this.#attributes.delete(name);
  focus() {}
  scrollIntoView() {}
  getBoundingClientRect = () => ({ top: 0, bottom: 0 });

  get isConnected() {
    return this.parent ? this.parent.isConnected : this.isRoot === true;
  }

  get rows() {
    return this.children;
  }

  get cells() {
    return this.children;
  }

  get nextElementSibling() {
    return this.parent.children[this.parent.children.indexOf(this) + 1] ?? null;
  }

  get lastElementChild() {
    return this.children.at(-1);
  }

  append(...added) {
    this.#put(this.children.length, added);
  }

  prepend(...added) {
    this.#put(0, added);
  }

  insertBefore(added, next) {
    this.#put(next ? this.children.indexOf(next) : this.children.length, [added]);
  }

  before(...added) {
    this.parent.#put(this.parent.children.indexOf(this), added);
  }

  replaceChildren(...added) {
    for (const child of [...this.children]) child.remove?.();
    this.children.length = 0;
    this.append(...added);
  }

  remove() {
    const siblings = this.parent?.children ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parent = null;
  }

  /** Always finds one, the same each time: what the page's HTML has. */
  querySelector(selector) {
    if (!this.#within.has(selector)) this.#within.set(selector, rooted(selector));
    return this.#within.get(selector);
  }

  #put(index, added) {
    for (const child of added) if (child instanceof Element) child.parent = this;
    this.children.splice(index, 0, ...added);
  }
}

function rooted(name) {
  return Object.assign(new Element(name), { isRoot: true });
}

/** Makes it the document of this process, where none was; every id is an element of its own. */
export function bareDocument({ bars = [] } = {}) {
  const byId = new Map();
  const document = Object.assign(rooted('document'), {
    visibilityState: 'visible',
    documentElement: rooted('html'),
    createElement: (name) => Object.assign(new Element(name), { render() {}, start() {} }),
    getElementById: (id) => {
      if (!byId.has(id)) byId.set(id, Object.assign(rooted(id), { tBodies: [rooted('tbody')] }));
      return byId.get(id);
    },
    querySelectorAll: () => bars,
  });
  globalThis.document = document;
  globalThis.HTMLElement ??= Element;
  globalThis.customElements ??= { get() {}, define() {} };
  globalThis.addEventListener ??= () => {};
  return document;
}
