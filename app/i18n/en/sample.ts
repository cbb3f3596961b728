export default {
  title: "Sample campaign",
  text: "Invented people, companies and phones, to try things without risk.",
  add: "Try the sample",
  adding: "Preparing the sample…",
  added: "The sample campaign is ready. Settings can remove it.",
  nameTaken: "There is already a campaign called “{{name}}”. Rename it to add the sample.",
  remove: "Remove the sample",
  removeHint: "Its campaigns, its contacts and everything noted about them go. Nothing else.",
  removed: "The sample was removed completely.",
};
