export default {
  title: "Prepare Rebote para su empresa",
  text: "Solo se hace una vez. Todo se puede cambiar después en Ajustes.",
  code: "Código de la consola",
  codeHint: "Se muestra donde se inició Rebote, al lado de la dirección.",
  codeWrong: "Este no es el código que muestra la consola.",
  languageHint: "El de su cuenta y el de los usuarios nuevos.",
  administrator: "Su cuenta de administrador",
  submit: "Empezar",
  welcome: {
    title: "Todo listo, {{name}}",
    text: "Elija con qué empezar.",
    import: "Importar sus primeros resultados",
    importText: "Los archivos CSV del informe de su campaña, o la tabla copiada desde el navegador.",
    sample: "Probar con una campaña de muestra",
    sampleText: "582 envíos a personas inventadas, con rebotes duros y suaves para llamar. Se quita con un clic.",
    users: "Agregar a sus colegas",
  },
};
