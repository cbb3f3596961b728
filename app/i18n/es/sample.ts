export default {
  title: "Campaña de muestra",
  text: "Personas, empresas y teléfonos inventados, para probar sin riesgo.",
  add: "Probar con la muestra",
  adding: "Preparando la muestra…",
  added: "La campaña de muestra está lista. Se quita con un clic en Ajustes.",
  nameTaken: "Ya hay una campaña llamada «{{name}}». Cámbiele el nombre para agregar la muestra.",
  remove: "Quitar la muestra",
  removeHint: "Se van sus campañas, sus contactos y todo lo que se anotó sobre ellos. Nada más.",
  removed: "La muestra se quitó por completo.",
};
