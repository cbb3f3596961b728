export default {
  all: "Elegir todos los de esta página",
  choose: "Elegir {{row}}",
  chosen_one: "{{count, number}} elegido",
  chosen_other: "{{count, number}} elegidos",
  ascending: "Ordenar de menor a mayor",
  descending: "Ordenar de mayor a menor",
};
