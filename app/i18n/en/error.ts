export default {
  required: "This is needed.",
  tooLong: "This is too long.",
  tooLarge: "This is too large.",
  email: "This e-mail address is not valid.",
  choice: "Choose one of the options.",
  invalid: "This is not valid.",
  form: "Check the marked fields.",
  page: {
    request: { title: "This request can't be read", text: "Its address or its headers are damaged." },
    crossSite: {
      title: "This form was sent from another site",
      text: "Nothing was changed. Open Rebote itself and try it there.",
    },
    tooLarge: { title: "This is more than Rebote takes at once", text: "Nothing was saved. Send it in smaller parts." },
    "400": {
      title: "This form can't be read",
      text: "Nothing was changed. Go back, load the page again and send it once more.",
    },
    "403": { title: "This page is not for your role", text: "Ask an administrator for access if you need it." },
    "404": { title: "This page doesn't exist", text: "It may have been moved or removed." },
    "500": {
      title: "Something failed on our side",
      text: "Nothing that was saved is lost. If it happens again, give your administrator this number: {{requestId}}",
    },
    "503": {
      title: "The database doesn't answer",
      text: "What was saved is safe. Try again in a moment.",
    },
    again: "Nothing that was saved is lost. Try again.",
    retry: "Try again",
    home: "Go to the start",
  },
  limit: "Type a whole number from 2 to 100.",
};
