export default {
  title: "Entrar",
  submit: "Entrar",
  wrong: "El correo o la contraseña no son correctos.",
  wait_one: "Demasiados intentos. Espere un minuto y vuelva a intentarlo.",
  wait_other: "Demasiados intentos. Espere {{count, number}} minutos y vuelva a intentarlo.",
  forgotten: "¿Olvidó su contraseña? Un administrador puede ponerle una nueva.",
};
