export default {
  title: "My account",
  profile: "Your details",
  emailHint: "You sign in with it.",
  saved: "Your details were saved.",
  passwordText: "Change it when somebody else knows it.",
  changePassword: "Change the password",
  currentPassword: "Current password",
  endsOthers: "Your other sessions end.",
  passwordWrong: "This isn't your current password.",
  passwordChanged: "The password was changed, and the other sessions ended.",
  sessionsText: "Where your account is open. End those that you don't recognise.",
  endOthers: "End all the others",
};
