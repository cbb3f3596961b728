export default {
  label: "Main",
  campaigns: "Campaigns",
  worklist: "Calls",
  contacts: "Contacts",
  removals: "Removals",
  imports: "Import",
  settings: "Settings",
  users: "Users",
  account: "My account",
  signOut: "Sign out",
  menu: "Menu of {{name}}",
  findContact: "Find a contact: e-mail, name, company or phone",
};
