#pragma once

#include "harness/base/clock.h"

namespace twelve {

/// When the next frame is due. The window shares two cores with the services that it measures, so
/// it draws no more often than somebody can see. Pure.
struct FramePolicy {
  bool software = false;  // OpenGL runs on the processor

  struct State {
    TimePoint now;
    TimePoint last_input;
    bool running = false;    // an experiment goes on: scenes keep coming
    bool busy = false;       // a step is being measured
    bool animating = false;  // something on the screen moves by itself
    int frames_since_event = 0;
  };
  /// How long to wait for events before building a frame all the same.
  Duration Wait(const State& state) const;
};

inline Duration FramePolicy::Wait(const State& state) const {
  using std::chrono::milliseconds;
  const Duration quick = milliseconds(software ? 50 : 16);
  if (state.frames_since_event < 3) {
    return quick;  // ImGui needs up to three frames until a popup has its place
  }
  if (state.now - state.last_input < milliseconds(500)) {
    return quick;
  }
  if (state.running) {
    // Painted by the processor, a frame takes time from the services that are being measured.
    const bool watched = state.busy || state.now - state.last_input < std::chrono::seconds(10);
    return milliseconds(!software ? 50 : watched ? 100 : 200);
  }
  if (state.animating) {
    return milliseconds(250);
  }
  // Idle: wake up by events; the timeout only lets a message on the screen go away.
  return state.now - state.last_input < std::chrono::seconds(5) ? milliseconds(250)
                                                                : milliseconds(1000);
}

}  // namespace twelve
