// Mantine's theme, made of our tokens: components ask Mantine for sizes and colours, Mantine asks theme/tokens.css.
import {
  ActionIcon,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  Menu,
  Modal,
  PasswordInput,
  Progress,
  Switch,
  TextInput,
  Tooltip,
} from "@mantine/core";
import classes from "./controls.module.css";

const FIELD = {
  classNames: {
    input: classes.input,
    label: classes.label,
    wrapper: classes.wrapper,
    error: classes.error,
    description: classes.hint,
  },
};
const LEAVE_FASTER = 0.6;

function settling(duration: number) {
  return { duration, exitDuration: Math.round(duration * LEAVE_FASTER) };
}

export const theme = createTheme({
  primaryColor: "fjord",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  black: "#201e1b",
  colors: {
    fjord: ["#eef9fb", "#daf2f6", "#b7e4eb", "#8bd2dc", "#5fb9c5", "#379eab", "#17818e", "#066973", "#04535c", "#073b42"],
    gray: ["#fbfbf9", "#f7f6f4", "#f1efed", "#e5e4e1", "#d4d2cf", "#b0adaa", "#8d8a86", "#6e6b67", "#53514d", "#383633"],
    dark: ["#ebe9e6", "#b8b5b2", "#9c9995", "#74716d", "#403e3b", "#2d2b29", "#262422", "#1b1a18", "#141312", "#0d0c0b"],
  },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  headings: { fontFamily: "var(--font)", fontWeight: "600" },
  fontSizes: { xs: ".75rem", sm: ".8125rem", md: ".875rem", lg: "1rem", xl: "1.25rem" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "3px", sm: "6px", md: "9px", lg: "12px" },
  defaultRadius: "sm",
  cursorType: "default",
  breakpoints: { xs: "30em", sm: "45em", md: "74em", lg: "90em", xl: "120em" },
  shadows: { xs: "var(--shadow-1)", md: "var(--shadow-2)", xl: "var(--shadow-3)" },
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: "sm", variant: "default" }, classNames: { root: classes.button } }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: "subtle", color: "gray" },
      classNames: { root: classes.icon },
    }),
    TextInput: TextInput.extend(FIELD),
    PasswordInput: PasswordInput.extend({
      classNames: { ...FIELD.classNames, innerInput: classes.inner, visibilityToggle: classes.toggle },
    }),
    Checkbox: Checkbox.extend({ defaultProps: { radius: "xs", size: "16px" } }),
    Switch: Switch.extend({ classNames: { track: classes.switch } }),
    Menu: Menu.extend({
      defaultProps: {
        radius: "md",
        shadow: "md",
        transitionProps: settling(140),
        position: "bottom-end",
        withInitialFocusPlaceholder: false, // an element that has no place in a menu; its first item takes the focus
      },
      classNames: { dropdown: classes.menu, item: classes.menuItem },
    }),
    Modal: Modal.extend({
      defaultProps: { radius: "lg", shadow: "xl", centered: true, transitionProps: settling(280), overlayProps: { blur: 0 } },
      classNames: {
        content: classes.dialog,
        header: classes.dialogHeader,
        title: classes.dialogTitle,
        body: classes.dialogBody,
        inner: classes.dialogInner,
        overlay: classes.scrim,
      },
    }),
    Drawer: Drawer.extend({ defaultProps: { transitionProps: settling(200) }, classNames: { overlay: classes.scrim } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 500, events: { hover: true, focus: true, touch: false } } }),
    Progress: Progress.extend({ defaultProps: { size: 4 }, classNames: { root: classes.track } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => {
  const ours = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--text-3)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-error": "var(--danger)",
    "--mantine-color-anchor": "var(--accent-text)",
    "--mantine-color-placeholder": "var(--text-3)",
  };
  return { variables: {}, light: ours, dark: ours };
};
