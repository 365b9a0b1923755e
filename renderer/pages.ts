import { Activity, Boxes, LayoutGrid, type LucideIcon, Plug, Settings } from 'lucide-react';
import type { ComponentType } from 'react';
import { ActivityPage } from './activity/activity-page.tsx';
import { ModelsPage } from './models/models-page.tsx';
import { PanelPage } from './panel/panel-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { text } from './text/en.ts';
import { ToolsPage } from './tools/tools-page.tsx';

export interface Page {
  /** Its address within the window, `#models`. */
  id: string;
  name: string;
  icon: LucideIcon;
  Page: ComponentType;
}

/** The pages that exist, in the rail's order; the first one is shown at the start. */
export const pages: readonly Page[] = [
  { id: 'panel', name: text.pages.panel, icon: LayoutGrid, Page: PanelPage },
  { id: 'activity', name: text.pages.activity, icon: Activity, Page: ActivityPage },
  { id: 'models', name: text.pages.models, icon: Boxes, Page: ModelsPage },
  { id: 'tools', name: text.pages.tools, icon: Plug, Page: ToolsPage },
  { id: 'settings', name: text.pages.settings, icon: Settings, Page: SettingsPage },
];
