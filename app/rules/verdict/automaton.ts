/** A phrase of rule `rule` as symbols; a gap is the number of words that it may skip, as a negative number. */
export type Sequence = { rule: number; symbols: number[] };

const nothing: number[] = [];

/**
 * The automaton that finds the phrases. A state is a set of places within phrases that the words so far may have led to; states and steps are made
 * when a text needs them first, and all are forgotten when they get too many.
 */
type State = { items: number[]; next: Map<number, Step> };
type Step = { state: State; rules: number[] };

/**
 * Compiles phrases into a function that is given the sorts of a text's words (`symbolsOf[sort]` are the symbols of that sort) and how many they are, and
 * answers for each phrase that ends in the text the number of its rule, and where it ends; one after the other.
 */
export function compileAutomaton(sequences: Sequence[], symbolsOf: number[][]) {
  // Trie of phrases; its edges are keyed by node and symbol. A gap leads to a node that may be kept for some words.
  const factor = 1 + sequences.reduce((most, { symbols }) => Math.max(most, ...symbols), 0);
  const edges = new Map<number, number>();
  const ends: (number[] | undefined)[] = [undefined];
  const gapsAfter: { node: number; words: number }[][] = [[]];
  const grow = (): number => {
    gapsAfter.push([]);
    return ends.push(undefined) - 1;
  };
  for (const { rule, symbols } of sequences) {
    let node = 0;
    for (const symbol of symbols) {
      if (symbol < 0) {
        const known: { node: number; words: number }[] = gapsAfter[node] ?? [];
        let gap = known.find(({ words }) => words === -symbol);
        if (!gap) {
          gap = { node: grow(), words: -symbol };
          known.push(gap);
        }
        node = gap.node;
      } else {
        const key = node * factor + symbol;
        let next = edges.get(key);
        if (next === undefined) {
          next = grow();
          edges.set(key, next);
        }
        node = next;
      }
    }
    const ending = ends[node];
    if (!ending) ends[node] = [rule];
    else if (!ending.includes(rule)) ending.push(rule);
  }

  const mostSteps = 200_000;
  let steps = 0;
  let states = new Map<string, State>();
  const start: State = { items: nothing, next: new Map() };

  /** An item is a node and for how many more words it may be kept, as one number. */
  const kept = 8;
  function stepFrom(state: State, sort: number): Step {
    const own = symbolsOf[sort] ?? nothing;
    const longest = new Map<number, number>();
    const keep = (node: number, words: number) => longest.set(node, Math.max(longest.get(node) ?? 0, words));
    const found = new Set<number>();
    const enter = (from: number) => {
      for (const symbol of own) {
        const node = edges.get(from * factor + symbol);
        if (node === undefined) continue;
        for (const rule of ends[node] ?? nothing) found.add(rule);
        keep(node, 0);
        for (const gap of gapsAfter[node] ?? []) keep(gap.node, gap.words);
      }
    };
    enter(0);
    for (const item of state.items) {
      const node = Math.floor(item / kept);
      enter(node);
      if (item % kept > 0) keep(node, (item % kept) - 1);
    }
    const items = [...longest].map(([node, words]) => node * kept + words).sort((one, other) => one - other);
    const key = items.join();
    let next = key === "" ? start : states.get(key);
    if (!next) {
      next = { items, next: new Map() };
      states.set(key, next);
    }
    const step = { state: next, rules: found.size === 0 ? nothing : [...found] };
    state.next.set(sort, step);
    steps++;
    return step;
  }

  return (sorts: Int32Array, count: number): number[] => {
    if (steps > mostSteps) {
      steps = 0;
      states = new Map();
      start.next = new Map();
    }
    let found = nothing;
    let state = start;
    for (let at = 0; at < count; at++) {
      const sort = sorts[at] ?? 0;
      const step = state.next.get(sort) ?? stepFrom(state, sort);
      state = step.state;
      if (step.rules !== nothing) {
        if (found === nothing) found = [];
        for (const rule of step.rules) found.push(rule, at);
      }
    }
    return found;
  };
}
