import { expect, test } from "vitest";
import { passwordFault } from "#app/rules/password.ts";

const about = ["Café Ejemplo", "Ana Ríos", "ana.rios@example.com"];

test.each([
  ["short", "nueve1234"],
  ["short", "🐦🐦🐦🐦🐦🐦🐦🐦🐦"],
  ["long", "ab1 ".repeat(51)],
  ["repeated", "aaaaaaaaaaaa"],
  ["repeated", "1212121212 1"],
  ["known", "ana.rios@example.com"],
  ["known", "CafeEjemplo"],
  ["known", "Café Ejemplo 123"],
  ["known", "ana.rios12"],
  [undefined, "una frase corta"],
  [undefined, "ana come mangos verdes"],
  [undefined, "café con tres cucharadas"],
  [undefined, "Xk3!vPq92z"],
  [undefined, "пароль из слов"],
])("%s: %s", (fault, password) => {
  expect(passwordFault(password, about)).toBe(fault);
});

test("nothing known, nothing to be close to", () => {
  expect(passwordFault("correct horse", ["", "x"])).toBeUndefined();
});
