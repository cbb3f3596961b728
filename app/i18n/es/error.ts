export default {
  required: "Falta este dato.",
  tooLong: "Es demasiado largo.",
  tooLarge: "Es demasiado grande.",
  email: "Esta dirección de correo no es válida.",
  choice: "Elija una de las opciones.",
  invalid: "Este dato no es válido.",
  form: "Revise los campos marcados.",
  page: {
    request: { title: "No se puede leer esta petición", text: "Su dirección o sus cabeceras están dañadas." },
    crossSite: {
      title: "Este formulario se envió desde otro sitio",
      text: "No se cambió nada. Abra Rebote e inténtelo allí.",
    },
    tooLarge: {
      title: "Es más de lo que Rebote recibe de una vez",
      text: "No se guardó nada. Envíelo en partes más pequeñas.",
    },
    "400": {
      title: "Este formulario no se puede leer",
      text: "No se cambió nada. Vuelva atrás, cargue la página de nuevo y envíelo otra vez.",
    },
    "403": { title: "Esta página no es para su rol", text: "Pida acceso a un administrador si la necesita." },
    "404": { title: "Esta página no existe", text: "Puede que se haya movido o eliminado." },
    "500": {
      title: "Algo falló de nuestro lado",
      text: "No se perdió nada de lo guardado. Si vuelve a ocurrir, dé este número a su administrador: {{requestId}}",
    },
    "503": {
      title: "La base de datos no responde",
      text: "Lo guardado está a salvo. Vuelva a intentarlo en un momento.",
    },
    again: "No se perdió nada de lo guardado. Vuelva a intentarlo.",
    retry: "Reintentar",
    home: "Ir al inicio",
  },
  limit: "Escriba un número entero de 2 a 100.",
};
