"""The portal: pages rendered here, that work without JavaScript."""
