import { ToggleGroup } from 'radix-ui';

export interface ToggleProps<T extends string> {
  label: string;
  options: readonly { id: T; name: string }[];
  chosen: T;
  onChoose(id: NoInfer<T>): void;
}

/** One of few, all of them in view. */
export function Toggle<T extends string>({ label, options, chosen, onChoose }: ToggleProps<T>) {
  const choose = (value: string) => {
    const option = options.find(({ id }) => id === value);
    if (option) onChoose(option.id);
  };
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={chosen}
      onValueChange={choose}
      className="flex rounded-md border border-line p-0.5"
    >
      {options.map(({ id, name }) => (
        <ToggleGroup.Item
          key={id}
          value={id}
          className="h-6.5 rounded px-2.5 text-sm text-soft hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink"
        >
          {name}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
