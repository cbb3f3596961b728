import { isIdeograph } from "./letters.ts";

/** Words that may stand in for each other: `{box}` in a phrase is any of those under `box`. */
export type WordLists = Record<string, string>;

/** How many words a gap may skip. */
export const gaps: Record<string, number> = { "~": 2, "..": 5 };

/** One place in a phrase: a gap, or the words that may stand there. */
export type Place = string | string[];

/**
 * All that a phrase stands for, as sequences of places. A phrase is words with single blanks, without case and accents: `word*` is any word that
 * begins so, `(a|b c)` one of these, `x?` or `(…)?` may be missing, `{list}` is a word of that list, `~` skips up to two words and
 * `..` up to five, `^` is the beginning of the text and `$` its end, `@` an e-mail address, `#` a host name or web address, `/word` a word
 * within a host name or web address, where no other word is looked for. Throws for a phrase that is written wrongly.
 */
export function sequencesOf(phrase: string, lists: WordLists): Place[][] {
  const tokens = phrase.match(/[()|?]|[^\s()|?]+/g) ?? [];
  let next = 0;
  function alternatives(): Place[][] {
    let all = sequence();
    while (tokens[next] === "|") {
      next++;
      all = [...all, ...sequence()];
    }
    // What is one word long shares a place, so that "(a|b|c) (d|e|f)" is one sequence and not nine.
    const isWord = (places: Place[]): places is [string[]] => places.length === 1 && Array.isArray(places[0]);
    const single = all.filter(isWord).flatMap(([place]) => place);
    const others = all.filter((places) => !isWord(places));
    return single.length > 0 ? [[single], ...others] : others;
  }
  function sequence(): Place[][] {
    let all: Place[][] = [[]];
    for (let token = tokens[next]; token !== undefined && token !== "|" && token !== ")"; token = tokens[next]) {
      next++;
      let choices: Place[][];
      if (token === "(") {
        choices = alternatives();
        if (tokens[next++] !== ")") throw new Error(`"${phrase}" lacks a bracket`);
      } else choices = [token in gaps ? [token] : placesOf(token, lists)];
      if (tokens[next] === "?") {
        next++;
        choices = [...choices, []];
      }
      all = all.flatMap((places) => choices.map((choice) => [...places, ...choice]));
      if (all.length > 500) throw new Error(`"${phrase}" stands for too many phrases`);
    }
    return all;
  }
  const all = alternatives();
  if (next < tokens.length) throw new Error(`"${phrase}" has a bracket too many`);
  // A gap at an end skips nothing that matters.
  return all
    .map((places) => places.slice(0, places.findLastIndex(Array.isArray) + 1))
    .filter(({ length }) => length > 0);
}

function placesOf(word: string, lists: WordLists): Place[] {
  const name = /^\{(.*)\}$/.exec(word)?.[1];
  if (name === undefined) return isIdeograph(word.charCodeAt(0)) ? [...word].map((char) => [char]) : [[bare(word)]];
  const list = lists[name];
  if (list === undefined) throw new Error(`there is no list "${name}"`);
  return [list.split(/\s+/).map(bare)];
}

const bare = (word: string) => word.replaceAll("'", "");
