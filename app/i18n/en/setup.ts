export default {
  title: "Set up Rebote for your company",
  text: "This is done once. Everything can be changed later in Settings.",
  code: "Code from the console",
  codeHint: "Shown where Rebote was started, next to its address.",
  codeWrong: "This isn't the code that the console shows.",
  languageHint: "Your account's, and that of new users.",
  administrator: "Your administrator account",
  submit: "Get started",
  welcome: {
    title: "All set, {{name}}",
    text: "Choose how to begin.",
    import: "Import your first results",
    importText: "The CSV files of your campaign's report, or the table copied from the browser.",
    sample: "Try it with a sample campaign",
    sampleText: "582 mails to invented people, with hard and soft bounces to phone. One click removes it.",
    users: "Add your colleagues",
  },
};
