export default {
  title: "Sign in",
  submit: "Sign in",
  wrong: "The e-mail or the password isn't right.",
  wait_one: "Too many attempts. Wait a minute and try again.",
  wait_other: "Too many attempts. Wait {{count, number}} minutes and try again.",
  forgotten: "Forgot your password? An administrator can set a new one.",
};
