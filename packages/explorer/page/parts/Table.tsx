import type { ReactNode } from "react";

type Row = { readonly key: string; readonly cells: readonly ReactNode[]; readonly className?: string | undefined };

/** A table; on a phone each row is a card, whose cells say the names of their columns. */
export function Table(props: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly empty?: string;
}): ReactNode {
  const { caption, columns, rows, empty = "None yet." } = props;
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 && (
          <tr>
            <td colSpan={columns.length}>{empty}</td>
          </tr>
        )}
        {rows.map(({ key, cells, className }) => (
          <tr key={key} className={className}>
            {cells.map((cell, i) => (
              <td key={columns[i]} data-label={columns[i]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
