import { Bar, BarChart, Cell, LabelList, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { useFormat } from "#app/i18n/format.ts";

const colours = {
  opened: "var(--opened)",
  clicked: "var(--accent-strong)",
  unopened: "var(--unopened)",
  soft: "var(--soft)",
  hard: "var(--hard)",
  auto_reply: "var(--auto)",
};

type Props = { bars: { name: keyof typeof colours; label: string; value: number }[] };

export default function OutcomeChart({ bars }: Props) {
  const format = useFormat();
  const text = { fill: "var(--muted)", fontSize: 12.5 };
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={bars} layout="vertical" margin={{ right: 56, left: 8 }} accessibilityLayer={false}>
        <XAxis type="number" hide domain={[0, "dataMax"]} />
        <YAxis type="category" dataKey="label" width={132} tick={text} tickLine={false} axisLine={false} />
        <Bar
          dataKey="value"
          barSize={18}
          radius={[0, 4, 4, 0]}
          minPointSize={(value) => (value ? 2 : 0.01)}
          isAnimationActive={false}
        >
          {bars.map(({ name }) => (
            <Cell key={name} fill={colours[name]} />
          ))}
          <LabelList
            dataKey="value"
            position="right"
            formatter={(value) => format.number(Number(value))}
            fill="var(--text)"
            fontSize={12.5}
          />
        </Bar>
      </BarChart>
    </ResponsiveContainer>
  );
}
