/** LoRA adapters as PEFT files. */
@NullMarked
package dev.rejoinder.lm.adapter;

import org.jspecify.annotations.NullMarked;
