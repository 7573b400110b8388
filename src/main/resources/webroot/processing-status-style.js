/**
 * The look of a `<processing-status>`. A page changes it by custom properties (`--status-accent`,
 * `-surface`, `-ink`, `-muted`, `-track`, `-line`, `-good`, `-warn`, `-bad`, `-radius`) and by
 * parts. A name runs in its own direction and begins where the page's lines do.
 */
export const css = `
:host {
  color-scheme: light dark;
  --accent: var(--status-accent, light-dark(#2563a8, #7db4f0));
  --surface: var(--status-surface, light-dark(#fff, #1a2029));
  --ink: var(--status-ink, light-dark(#1c2430, #e7ebf0));
  --muted: var(--status-muted, color-mix(in srgb, var(--ink) 72%, var(--surface)));
  --track: var(--status-track, color-mix(in srgb, var(--ink) 11%, var(--surface)));
  --line: var(--status-line, color-mix(in srgb, var(--ink) 15%, var(--surface)));
  --good: var(--status-good, light-dark(#23764a, #6cc796));
  --warn: var(--status-warn, light-dark(#8f5a00, #e3b25c));
  --bad: var(--status-bad, light-dark(#b3261e, #f39a92));
  --tone: var(--accent);
  display: block;
  container-type: inline-size;
  color: var(--ink);
  line-height: 1.45;
}
:host([status=completed]) { --tone: var(--good); }
:host([status=error]) { --tone: var(--bad); }
:host([status=cancelled]) { --tone: var(--muted); }
:host([stalled]) { --tone: var(--warn); }
:host([hidden]), [hidden], :empty:is([part=state], [part=stage], [part=problem], .counts *) {
  display: none !important;
}

* { box-sizing: border-box; margin: 0; }
[part=card] {
  display: grid;
  gap: .5rem;
  padding: 1rem 1.125rem .75rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: var(--status-radius, .75rem);
  font-variant-numeric: tabular-nums;
  outline: none;
}
.row { display: flex; align-items: baseline; gap: .25rem .75rem; min-width: 0; }
.row > :first-child { flex: 1; min-width: 0; }

[part=name] {
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  unicode-bidi: plaintext;
  text-align: match-parent;
  text-align: -webkit-match-parent;
}
[part=size], .quiet { color: var(--muted); font-size: .875rem; }
[part=name], [part=size], [part=state] { white-space: nowrap; }
[part=state] {
  padding: .0625rem .5rem;
  border-radius: 1rem;
  color: var(--tone);
  background: color-mix(in srgb, var(--tone) 12%, transparent);
  font-size: .8125rem;
  font-weight: 600;
}
.meter { align-items: center; min-height: 1.45em; }
[part=bar] { height: .5rem; border-radius: 1rem; background: var(--track); overflow: hidden; }
[part=fill] {
  height: 100%;
  width: var(--filled, 0%);
  border-radius: inherit;
  background: var(--tone);
  transition: width .4s ease-out;
}
.jump [part=fill] { transition: none; }
.sending [part=fill] { opacity: .55; }
[part=bar]:not([aria-valuenow]) [part=fill] {
  width: 30%;
  opacity: .7;
  animation: travel 1.8s ease-in-out infinite alternate;
}
@keyframes travel { to { transform: translateX(233%); } }
[part=bar]:not([aria-valuenow]) { direction: ltr; }
[part=percentage] { min-width: 3.75em; text-align: end; font-weight: 600; }

[part=stage], [part=problem] { overflow-wrap: anywhere; }
:host([status=error]) [part=stage], :host([stalled]) [part=stage] { color: var(--tone); }
[part=problem], [part=failures], [part=yes] { color: var(--bad); }
.counts { min-height: 1.45em; }
.counts > :first-child { flex: none; }
.counts > :not(:empty) ~ :not([part=remaining])::before { content: '·'; margin-inline-end: .75rem; }
[part=remaining] { margin-inline-start: auto; }

.counts, footer > * { flex-wrap: wrap; }
footer { min-height: 2.25rem; padding-top: .5rem; border-top: 1px solid var(--line); }
footer > * { align-items: center !important; }
[part=transport] { display: flex; align-items: baseline; }
[part=transport]::before {
  content: '';
  flex: none;
  width: .5rem;
  height: .5rem;
  margin-inline-end: .5rem;
  border-radius: 50%;
  background: var(--dot, var(--muted));
}
:host([transport=stream]) { --dot: var(--good); }
:host([transport=poll]) { --dot: var(--accent); }
:host(:is([transport=offline], [transport=unavailable])) { --dot: var(--warn); }
[part=transport]:empty::before { visibility: hidden; }
button {
  font: inherit;
  font-size: .875rem;
  min-height: 1.75rem;
  padding: 0 .75rem;
  color: inherit;
  background: none;
  border: 1px solid var(--line);
  border-radius: .5rem;
  cursor: pointer;
}
button:hover { border-color: currentColor; }
[aria-disabled=true] { color: var(--muted); }
[part=confirm] { margin-top: .5rem; }
.row > [part=question] { flex: 1 1 14rem; }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[part=summary] {
  position: absolute;
  width: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

@container (max-width: 24rem) {
  [part=size] { display: none; }
  [part=card] > .row { flex-wrap: wrap; }
  .row > [part=name] { flex-basis: 100%; white-space: normal; overflow-wrap: anywhere; }
  .counts { min-height: calc(2.9em + .25rem); align-content: start; }
  .counts > ::before { display: none; }
}
@media (prefers-reduced-motion) {
  [part=fill] { transition: none; }
  [part=bar]:not([aria-valuenow]) [part=fill] { animation: none; width: 100%; opacity: .3; }
}
@media (forced-colors: active) {
  [part=bar] { border: 1px solid; }
  [part=fill] { background: Highlight; forced-color-adjust: none; }
}
`;
