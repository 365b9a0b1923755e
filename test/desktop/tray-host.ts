import dbus from 'dbus-next';

/** The panel's side of the tray, as a desktop has it: owns the watcher's name, shows items, reads and clicks their menus. */
export interface TrayHost {
  /** Resolves with the item that registers next, or has already. */
  item(): Promise<TrayItem>;
  close(): Promise<void>;
}

/** A menu line as it was sent over the bus. */
export interface TrayLine {
  id: number;
  label: string;
  enabled: boolean;
  separator: boolean;
  /** The lines of its submenu. */
  items: TrayLine[];
}

/** One icon in the tray. */
export interface TrayItem {
  /** A property of org.kde.StatusNotifierItem. */
  property(name: string): Promise<unknown>;
  /** Title and text of the tooltip. */
  tooltip(): Promise<string>;
  menu(): Promise<TrayLine[]>;
  /** Clicks the line with this label, or the one that labels lead to through submenus. */
  click(...labels: string[]): Promise<void>;
  /** The labels, once they satisfy the test; fails by the test's own time limit. */
  untilMenu(fits: (labels: string[]) => boolean): Promise<string[]>;
}

const watcherName = 'org.kde.StatusNotifierWatcher';

class Watcher extends dbus.interface.Interface {
  readonly registered: string[] = [];
  readonly waiting: ((service: string) => void)[] = [];

  RegisterStatusNotifierItem(service: string): void {
    this.registered.push(service);
    for (const wake of this.waiting.splice(0)) wake(service);
  }

  RegisterStatusNotifierHost(): void {}

  get RegisteredStatusNotifierItems(): string[] {
    return this.registered;
  }

  get IsStatusNotifierHostRegistered(): boolean {
    return true;
  }

  get ProtocolVersion(): number {
    return 0;
  }
}

Watcher.configureMembers({
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's' },
    RegisterStatusNotifierHost: { inSignature: 's' },
  },
  properties: {
    RegisteredStatusNotifierItems: { signature: 'as', access: dbus.interface.ACCESS_READ },
    IsStatusNotifierHostRegistered: { signature: 'b', access: dbus.interface.ACCESS_READ },
    ProtocolVersion: { signature: 'i', access: dbus.interface.ACCESS_READ },
  },
});

/** Puts a tray on the session bus. */
export async function openTrayHost(): Promise<TrayHost> {
  const bus = dbus.sessionBus();
  const watcher = new Watcher(watcherName);
  bus.export('/StatusNotifierWatcher', watcher);
  await bus.requestName(watcherName, 0);
  return {
    async item() {
      const [known] = watcher.registered;
      return trayItem(bus, known ?? (await new Promise<string>((resolve) => watcher.waiting.push(resolve))));
    },
    async close() {
      await bus.releaseName(watcherName);
      bus.disconnect();
    },
  };
}

function trayItem(bus: dbus.MessageBus, service: string): TrayItem {
  const call = async (path: string, member: string, [where, signature, body]: [string, string, unknown[]]) => {
    const message = new dbus.Message({ destination: service, path, interface: where, member, signature, body });
    return (await bus.call(message))?.body ?? [];
  };
  const property = async (name: string) => {
    const about: [string, string, unknown[]] = [
      'org.freedesktop.DBus.Properties',
      'ss',
      ['org.kde.StatusNotifierItem', name],
    ];
    const [variant] = await call('/StatusNotifierItem', 'Get', about);
    return (variant as dbus.Variant).value as unknown;
  };
  const onMenu = async (member: string, signature: string, body: unknown[]) =>
    call(String(await property('Menu')), member, ['com.canonical.dbusmenu', signature, body]);
  const item: TrayItem = {
    property,
    async tooltip() {
      const [, , title, text] = (await property('ToolTip')) as unknown[];
      return [title, text].filter(Boolean).join('\n');
    },
    async menu() {
      const [, layout] = await onMenu('GetLayout', 'iias', [0, -1, []]);
      return (layout as [number, unknown, dbus.Variant<MenuNode>[]])[2].map(({ value }) => lineOf(value));
    },
    async click(...labels) {
      const line = lineAt(await item.menu(), labels);
      if (!line) throw new Error(`The tray menu has no line ${labels.join(' > ')}`);
      await onMenu('Event', 'isvu', [line.id, 'clicked', new dbus.Variant('s', ''), 0]);
    },
    async untilMenu(fits) {
      for (;;) {
        const labels = (await item.menu()).map((line) => line.label).filter(Boolean);
        if (fits(labels)) return labels;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
  return item;
}

function lineAt(lines: readonly TrayLine[], [label, ...rest]: string[]): TrayLine | undefined {
  const line = lines.find((candidate) => candidate.label === label);
  return line && rest.length > 0 ? lineAt(line.items, rest) : line;
}

type MenuNode = [number, Record<string, dbus.Variant>, dbus.Variant<MenuNode>[]];

/** Properties that have their default value are left out by the sender. */
function lineOf([id, properties, children]: MenuNode): TrayLine {
  return {
    id,
    label: String(properties.label?.value ?? ''),
    enabled: properties.enabled?.value !== false,
    separator: properties.type?.value === 'separator',
    items: children.map(({ value }) => lineOf(value)),
  };
}
