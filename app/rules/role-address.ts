const roles = new Set(
  `abuse admin administracion administrador administrator billing booking compras contabilidad contact contacto dns
  facturacion ftp gerencia gerente help hostmaster hello hola hr info informacion inoc investor ispfeedback jobs legal
  list mail mailer-daemon marketing media news no-reply noc noreply office oficina pagos postmaster privacy recepcion
  reservas reservations root rrhh sales secretaria security servicioalcliente soporte spam support team usenet uucp
  ventas webmaster www`.split(/\s+/),
);

/** A name's first two letters as one number. */
const beginningOf = (name: string) => name.charCodeAt(0) * 256 + name.charCodeAt(1);
const beginnings = new Set([...roles].map(beginningOf));

/**
 * An address of an office, not of a person. Zoho Campaigns silently ignores role addresses that it is given
 * (help page "Role-based email addresses"; the names are RFC 2142's and what Spanish-speaking companies use).
 */
export function isRoleAddress(email: string): boolean {
  // Most are told from all of them by two letters.
  if (/^[a-z][a-z0-9]/.test(email) && !beginnings.has(beginningOf(email))) return false;
  const local = email.slice(0, email.indexOf("@"));
  // Longer than the longest of them with what may be taken off.
  if (local.length > 40) return false;
  const lower = local.toLowerCase();
  const plain = /[^\x20-\x7e]/.test(lower) ? lower.normalize("NFD").replace(/\p{M}/gu, "") : lower;
  return roles.has(plain) || roles.has(plain.replace(/[._-]/g, "")) || roles.has(plain.replace(/\d+$/, ""));
}
