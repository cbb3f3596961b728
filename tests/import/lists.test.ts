import { describe, expect, test } from "vitest";
import { guessList, readStatus } from "#app/import/lists.ts";

describe("by the file's name", () => {
  test.each([
    ["Hard Bounce.csv", "hard"],
    ["3 Hard Bounce.csv", "hard"],
    ["HardBounces-2026.csv", "hard"],
    ["Día De San Valentín 2022 Unopened - soft_bounce.csv", "soft"],
    ["Rebotes duros.csv", "hard"],
    ["rebote suave.txt", "soft"],
    ["REBOTES TEMPORALES.CSV", "soft"],
    ["Auto Reply.csv", "auto-reply"],
    ["Bounces and Auto-replies - Soft Bounce.csv", "soft"],
    ["Respuestas automáticas.csv", "auto-reply"],
    ["sentcontacts.csv", undefined],
    ["sent_contacts.csv", "sent"],
    ["Enviados marzo.csv", "sent"],
    ["opened.csv", "opened"],
    ["Contactos - no abiertos.csv", "unopened"],
    ["unopened.csv", "unopened"],
    ["Didn't open.csv", "unopened"],
    ["Abiertos.csv", "opened"],
    ["clicks.csv", "clicked"],
    ["Clics 2026.csv", "clicked"],
    ["Unsubscribed.csv", "unsubscribed"],
    ["Bajas.csv", "unsubscribed"],
    ["Quejas.csv", "complained"],
    ["marked as spam.csv", "complained"],
    ["Entregados.csv", "delivered"],
    ["no entregados.csv", undefined],
    ["undelivered.csv", undefined],
    ["unsent.csv", undefined],
    ["bounces.csv", undefined],
    ["Bounces and Auto-replies.csv", undefined],
    ["hard and soft bounces.csv", undefined],
    ["3 Hard Bounce 17 Soft Bounce 10 Auto Reply.csv", undefined],
    ["contactos.csv", undefined],
  ])("%s → %s", (fileName, list) => {
    expect(guessList({ fileName, mapping: ["email"], rows: [] })?.list).toBe(list);
  });
});

describe("by columns and content", () => {
  const guess = (mapping: Parameters<typeof guessList>[0]["mapping"], column: string[], fileName?: string) =>
    guessList({ fileName, mapping, rows: column.map((cell) => ["x@ejemplo.com", cell]) });

  test("a status column with several words is combined, whatever the name says", () => {
    expect(guess(["email", "status"], ["Sent", "Opened", "Hard Bounce"], "opened.csv")).toEqual({
      list: "combined",
      by: "status-column",
    });
  });
  test("a status column that always says the same", () => {
    expect(guess(["email", "status"], ["Rebote suave", "Rebote suave"])).toEqual({ list: "soft", by: "status-column" });
  });
  test("a status that isn't about the mail says nothing", () => {
    expect(guess(["email", "status"], ["Active", "Active", "Customer"], "Soft.csv")).toEqual({
      list: "soft",
      by: "file-name",
    });
  });
  test("bounces without a kind wait for the file's name, or a column with the kind", () => {
    expect(guess(["email", "status"], ["Bounced", "Bounced"], "hard.csv")?.list).toBe("hard");
    expect(guess(["email", "status"], ["Bounced", "Bounced"])).toBeUndefined();
    expect(guessList({ mapping: ["email", "status", "bounce_kind"], rows: [["a", "Bounced", "Hard"]] })?.list).toBe(
      "combined",
    );
  });
  test("a kind alone", () => {
    expect(guess(["email", "bounce_kind"], ["Soft", "Hard"])?.list).toBe("combined");
  });
  test("a title above the header", () => {
    expect(guessList({ titles: ["Campaña 3", "Rebote duro"], mapping: ["email"], rows: [] })).toEqual({
      list: "hard",
      by: "title",
    });
  });
  test("columns that one list has", () => {
    expect(guess(["email", "opened_at"], [])?.list).toBe("opened");
    expect(guess(["email", "clicks"], [])?.list).toBe("clicked");
    expect(guess(["email", "reason"], [])).toBeUndefined();
  });
});

describe("status words", () => {
  test.each([
    ["Sent", ["sent"]],
    ["ENVIADO", ["sent"]],
    ["Delivered", ["delivered"]],
    ["Entregado", ["delivered"]],
    ["No abierto", ["unopened"]],
    ["open", ["opened"]],
    ["Abierta", ["opened"]],
    ["Clic", ["clicked"]],
    ["hardBounce", ["hard"]],
    ["hard_bounce", ["hard"]],
    ["Rebotado (duro)", ["hard"]],
    ["Soft bounced", ["soft"]],
    ["Transient", ["soft"]],
    ["Rebote débil", ["soft"]],
    ["Auto-reply", ["auto-reply"]],
    ["Fuera de la oficina", ["auto-reply"]],
    ["Unsubscribed", ["unsubscribed"]],
    ["Baja", ["unsubscribed"]],
    ["Spam complaint", ["complained"]],
    ["Bounced", ["bounce"]],
    ["Rebotado", ["bounce"]],
    ["Sent, Opened", ["sent", "opened"]],
    ["unsent", []],
    ["No entregado", []],
    ["Hard and soft", []],
    ["Active", []],
    ["constructor", []],
    ["", []],
  ])("%j → %j", (text, facts) => {
    expect(readStatus(text)).toEqual(facts);
  });
});
