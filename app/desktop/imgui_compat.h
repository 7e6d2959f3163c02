#pragma once

#include <imgui.h>
#include <imgui_freetype.h>
#include <imgui_internal.h>

#include <string>

// The only file that looks at IMGUI_VERSION_NUM. Everything whose spelling differs between 1.86
// (Debian 12) and later releases is wrapped here; the rest of the window uses what all have.
namespace twelve::compat {

#if IMGUI_VERSION_NUM >= 19200
inline float FontSize(const ImFont* font) {
  return font->LegacySize;
}
inline void PushFont(ImFont* font) {
  ImGui::PushFont(font, font->LegacySize);
}
inline float Advance(ImFont* font, ImWchar c) {
  return font->GetFontBaked(font->LegacySize)->GetCharAdvance(c);
}
inline void UseFreeType(ImFontAtlas* atlas) {
  atlas->SetFontLoader(ImGuiFreeType::GetFontLoader());
  atlas->FontLoaderFlags = ImGuiFreeTypeLoaderFlags_LightHinting;
}
inline void BuildFonts(ImFontAtlas*) {}  // baked on demand
#else
inline float FontSize(const ImFont* font) {
  return font->FontSize;
}
inline void PushFont(ImFont* font) {
  ImGui::PushFont(font);
}
inline float Advance(ImFont* font, ImWchar c) {
  return font->GetCharAdvance(c);
}
inline void UseFreeType(ImFontAtlas* atlas) {
  atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas->FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
}
inline void BuildFonts(ImFontAtlas* atlas) {
  atlas->Build();
}
#endif

#if IMGUI_VERSION_NUM >= 19276  // thickness and flags swapped places in 1.92.8
inline void Outline(ImDrawList* list, ImVec2 a, ImVec2 b, ImU32 color, float rounding = 0,
                    float thickness = 1) {
  list->AddRect(a, b, color, rounding, thickness);
}
inline void Polyline(ImDrawList* list, const ImVec2* points, int count, ImU32 color,
                     float thickness) {
  list->AddPolyline(points, count, color, thickness);
}
inline void Stroke(ImDrawList* list, ImU32 color, float thickness) {
  list->PathStroke(color, thickness);
}
#else
inline void Outline(ImDrawList* list, ImVec2 a, ImVec2 b, ImU32 color, float rounding = 0,
                    float thickness = 1) {
  list->AddRect(a, b, color, rounding, 0, thickness);
}
inline void Polyline(ImDrawList* list, const ImVec2* points, int count, ImU32 color,
                     float thickness) {
  list->AddPolyline(points, count, color, 0, thickness);
}
inline void Stroke(ImDrawList* list, ImU32 color, float thickness) {
  list->PathStroke(color, 0, thickness);
}
#endif

#if IMGUI_VERSION_NUM >= 19140
inline constexpr int kNavCursorColor = ImGuiCol_NavCursor;
#else
inline constexpr int kNavCursorColor = ImGuiCol_NavHighlight;
#endif

// An item that lets another item, submitted after it, lie on top.
#if IMGUI_VERSION_NUM >= 18970
inline void AllowOverlapBefore() {
  ImGui::SetNextItemAllowOverlap();
}
inline void AllowOverlapAfter() {}
inline void Activate(ImGuiID id) {
  ImGui::ActivateItemByID(id);
}
#else
inline void AllowOverlapBefore() {}
inline void AllowOverlapAfter() {
  ImGui::SetItemAllowOverlap();
}
inline void Activate(ImGuiID id) {
  ImGui::ActivateItem(id);
}
#endif
/// Presses a button, or puts the cursor into a text field, in the next frame, without a mouse.
inline void ActivateForKeyboard(ImGuiID id, bool is_text_field) {
  Activate(id);
  if (is_text_field) {
    GImGui->NavNextActivateFlags = ImGuiActivateFlags_PreferInput;
  }
}

// Keys that text fields of ImGui need; the null platform sends these.
enum class FieldKey {
  kLeft,
  kRight,
  kHome,
  kEnd,
  kEnter,
  kEscape,
  kBackspace,
  kDelete,
  kA,
  kC,
  kV
};

#if IMGUI_VERSION_NUM >= 18700
inline void InitFieldKeys() {}
inline void SendFieldKey(FieldKey key, bool down, bool ctrl) {
  static constexpr ImGuiKey kKeys[] = {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_Home,
                                       ImGuiKey_End,       ImGuiKey_Enter,      ImGuiKey_Escape,
                                       ImGuiKey_Backspace, ImGuiKey_Delete,     ImGuiKey_A,
                                       ImGuiKey_C,         ImGuiKey_V};
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, ctrl);
  ImGui::GetIO().AddKeyEvent(kKeys[static_cast<int>(key)], down);
}
inline void SendMouse(ImVec2 position) {
  ImGui::GetIO().AddMousePosEvent(position.x, position.y);
}
inline void SendMouseButton(int button, bool down) {
  ImGui::GetIO().AddMouseButtonEvent(button, down);
}
inline void SendWheel(float lines) {
  ImGui::GetIO().AddMouseWheelEvent(0, lines);
}
#else
inline constexpr int kFieldKeys[] = {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_Home,
                                     ImGuiKey_End,       ImGuiKey_Enter,      ImGuiKey_Escape,
                                     ImGuiKey_Backspace, ImGuiKey_Delete,     ImGuiKey_A,
                                     ImGuiKey_C,         ImGuiKey_V};
inline void InitFieldKeys() {
  for (int key = 0; key < ImGuiKey_COUNT; key++) {
    ImGui::GetIO().KeyMap[key] = key;
  }
}
inline void SendFieldKey(FieldKey key, bool down, bool ctrl) {
  ImGui::GetIO().KeyCtrl = ctrl;
  ImGui::GetIO().KeysDown[kFieldKeys[static_cast<int>(key)]] = down;
}
inline void SendMouse(ImVec2 position) {
  ImGui::GetIO().MousePos = position;
}
inline void SendMouseButton(int button, bool down) {
  ImGui::GetIO().MouseDown[button] = down;
}
inline void SendWheel(float lines) {
  ImGui::GetIO().MouseWheel = lines;
}
#endif

/// Clipboard calls read and write `text`, which must outlive the context.
#if IMGUI_VERSION_NUM >= 19110
inline void UseClipboard(std::string* text) {
  ImGuiPlatformIO& io = ImGui::GetPlatformIO();
  io.Platform_ClipboardUserData = text;
  io.Platform_SetClipboardTextFn = [](ImGuiContext*, const char* s) {
    *static_cast<std::string*>(ImGui::GetPlatformIO().Platform_ClipboardUserData) = s;
  };
  io.Platform_GetClipboardTextFn = [](ImGuiContext*) {
    return static_cast<std::string*>(ImGui::GetPlatformIO().Platform_ClipboardUserData)->c_str();
  };
}
#else
inline void UseClipboard(std::string* text) {
  ImGuiIO& io = ImGui::GetIO();
  io.ClipboardUserData = text;
  io.SetClipboardTextFn = [](void* to, const char* s) { *static_cast<std::string*>(to) = s; };
  io.GetClipboardTextFn = [](void* from) { return static_cast<std::string*>(from)->c_str(); };
}
#endif

/// Stands for a renderer that draws nothing.
inline void InitNullRenderer() {
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
#if IMGUI_VERSION_NUM >= 19200
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
#endif
}
inline void AcknowledgeTextures() {
#if IMGUI_VERSION_NUM >= 19200
  for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
    if (texture->Status == ImTextureStatus_WantCreate ||
        texture->Status == ImTextureStatus_WantUpdates) {
      texture->SetTexID(1);
      texture->SetStatus(ImTextureStatus_OK);
    } else if (texture->Status == ImTextureStatus_WantDestroy && texture->UnusedFrames > 0) {
      texture->SetTexID(ImTextureID_Invalid);
      texture->SetStatus(ImTextureStatus_Destroyed);
    }
  }
#endif
}

}  // namespace twelve::compat
