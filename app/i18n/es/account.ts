export default {
  title: "Mi cuenta",
  profile: "Sus datos",
  emailHint: "Con este correo entra.",
  saved: "Sus datos se guardaron.",
  passwordText: "Cámbiela si alguien más la conoce.",
  changePassword: "Cambiar la contraseña",
  currentPassword: "Contraseña actual",
  endsOthers: "Sus otras sesiones se cierran.",
  passwordWrong: "Esta no es su contraseña actual.",
  passwordChanged: "La contraseña cambió y las otras sesiones se cerraron.",
  sessionsText: "Dónde tiene abierta su cuenta. Cierre las que no reconozca.",
  endOthers: "Cerrar todas las demás",
};
