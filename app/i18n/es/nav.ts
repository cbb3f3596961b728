export default {
  label: "Principal",
  campaigns: "Campañas",
  worklist: "Llamadas",
  contacts: "Contactos",
  removals: "Bajas",
  imports: "Importar",
  settings: "Ajustes",
  users: "Usuarios",
  account: "Mi cuenta",
  signOut: "Salir",
  menu: "Menú de {{name}}",
  findContact: "Buscar un contacto: correo, nombre, empresa o teléfono",
};
