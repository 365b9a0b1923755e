import type { JsonObject } from '../exact-json.ts';

const text = (description: string): JsonObject => ({ type: 'string', description });
const choice = (...values: string[]): JsonObject => ({ type: 'string', enum: values });
const whole = (description: string): JsonObject => ({ type: 'integer', description });
const pair = (description: string): JsonObject => ({ type: 'array', items: { type: 'integer' }, description });
const object = (properties: JsonObject, ...required: string[]): JsonObject => ({
  type: 'object',
  properties,
  required,
});

/** A tool that Claude knows by its type alone, as a function that any model can call. */
export interface KnownTool {
  description: string;
  schema: JsonObject;
}

/** Tools that the client runs, by their types without the date (Anthropic's tool reference). */
export const knownTools: ReadonlyMap<string, KnownTool> = new Map(
  Object.entries({
    bash: {
      description: 'Runs a command in a shell that stays open between calls.',
      schema: object({
        command: text('The command to run. Needed unless the shell is restarted.'),
        restart: { type: 'boolean', description: 'Starts the shell anew.' },
      }),
    },
    text_editor: {
      description: 'Shows and changes text files.',
      schema: object(
        {
          command: choice('view', 'create', 'str_replace', 'insert'),
          path: text('Path of the file or folder.'),
          view_range: pair('First and last line to view; -1 as the last means the end of the file.'),
          file_text: text('For create: the text of the file.'),
          old_str: text('For str_replace: the text to replace; it must be found exactly once.'),
          new_str: text('For str_replace: the text that replaces it.'),
          insert_line: whole('For insert: the line to insert behind; 0 is the beginning of the file.'),
          insert_text: text('For insert: the text to insert.'),
        },
        'command',
        'path',
      ),
    },
    memory: {
      description: 'Keeps notes in files under /memories between conversations.',
      schema: object(
        {
          command: choice('view', 'create', 'str_replace', 'insert', 'delete', 'rename'),
          path: text('Path under /memories.'),
          view_range: pair('First and last line to view.'),
          file_text: text('For create: the text of the file.'),
          old_str: text('For str_replace: the text to replace.'),
          new_str: text('For str_replace: the text that replaces it.'),
          insert_line: whole('For insert: the line to insert behind.'),
          insert_text: text('For insert: the text to insert.'),
          old_path: text('For rename: the path until now.'),
          new_path: text('For rename: the new path.'),
        },
        'command',
      ),
    },
    computer: {
      description: 'Uses the mouse and the keyboard of a computer, and takes pictures of its screen.',
      schema: object(
        {
          action: choice(
            'key',
            'type',
            'mouse_move',
            'left_click',
            'left_click_drag',
            'right_click',
            'middle_click',
            'double_click',
            'triple_click',
            'left_mouse_down',
            'left_mouse_up',
            'scroll',
            'hold_key',
            'wait',
            'screenshot',
            'cursor_position',
            'zoom',
          ),
          coordinate: pair('Where on the screen, in pixels from the left and from the top.'),
          start_coordinate: pair('For left_click_drag: where it begins.'),
          region: pair('For zoom: left, top, right and bottom, in pixels.'),
          text: text('For type: the text. For key and hold_key: the keys, such as ctrl+s.'),
          scroll_direction: choice('up', 'down', 'left', 'right'),
          scroll_amount: whole('For scroll: how many clicks of the wheel.'),
          duration: { type: 'number', description: 'For wait and hold_key: seconds.' },
        },
        'action',
      ),
    },
  }),
);
