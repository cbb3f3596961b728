import { expect, test } from "vitest";
import { isRoleAddress } from "#app/rules/role-address.ts";

test.each([
  ["info@hotel.example", true],
  ["RESERVAS@hotel.example", true],
  ["Administración@hotel.example", true],
  ["no-reply@hotel.example", true],
  ["servicio.alcliente@hotel.example", true],
  ["ventas2@hotel.example", true],
  ["_info@hotel.example", true],
  ["camila.rojas@hotel.example", false],
  ["infante@hotel.example", false],
])("%s: %s", (email, is) => expect(isRoleAddress(email)).toBe(is));
