import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../app.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test("addresses that answer by themselves are listed and exported, safe for a spreadsheet", async () => {
  const marketing = await app.signIn("marketing");
  expect(await (await marketing.get("/loops")).text()).toContain("Ninguna dirección contesta sola");

  const campaign_id = await campaignOf("San Valentín");
  await contactOf(
    { email: "solo@example.com", first_name: "=1+1", last_name: "Ruiz", company: null, phone: "+57 300 555 0101" },
    [{ campaign_id, auto_reply: true, auto_reply_reason: "Fuera de la oficina", auto_reply_burst: 4 }],
  );
  await contactOf({ email: "una@example.com" }, [{ campaign_id, auto_reply: true, auto_reply_reason: "Vacaciones" }]);

  const html = await (await marketing.get("/loops")).text();
  expect(html).toContain("4 respuestas en diez minutos");
  expect(html).not.toContain("una@example.com");

  const file = await marketing.get("/loops.csv");
  expect(decodeURIComponent(file.headers.get("Content-Disposition") ?? "")).toContain("Contestan-solas.csv");
  const lines = (await file.text()).split("\r\n");
  expect(lines).toEqual([
    "Correo,Nombre,Apellido,Empresa,Teléfono,Campañas seguidas,Respuestas en diez minutos,Última campaña,Fecha,Última respuesta",
    "solo@example.com,'=1+1,Ruiz,,'+57 300 555 0101,1,4,San Valentín,2022-02-14 15:14,Fuera de la oficina",
    "",
  ]);
});
