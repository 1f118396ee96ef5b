/** Always visible: whether anything of this consult is kept. */
export function Recording() {
  return <span class="chip recording">Not recorded</span>;
}
