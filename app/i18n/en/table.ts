export default {
  all: "Select all on this page",
  choose: "Select {{row}}",
  chosen_one: "{{count, number}} selected",
  chosen_other: "{{count, number}} selected",
  ascending: "Sort ascending",
  descending: "Sort descending",
};
