namespace AuthorizationServer.Pages;

/// <summary>The settings of a client as a form, next to the JSON that the management API takes. The fields have the names of its members.</summary>
internal static class AdminSettingsForm
{
    public static Html Markup => Html.Of($"""
        <form id="settings" aria-busy="true" novalidate>
          <div id="settings-error" class="error" role="alert" hidden></div>
          <p id="settings-status" class="done" role="status" hidden></p>
          <fieldset disabled>
            <div class="pair">
              <div class="fields">
                {Choice("rotation_type", "Rotation", ("rotating", "rotating"), ("non-rotating", "non-rotating"))}
                {Choice("expiration_type", "Expiration", ("expiring", "expiring"), ("non-expiring", "non-expiring"))}
                {Seconds("leeway", "Leeway", "0 is off")}
                {Seconds("recovery_window", "Recovery window", "0 is off")}
                {Seconds("token_lifetime", "Lifetime", "")}
                {Seconds("idle_token_lifetime", "Idle lifetime", "empty is none")}
                {Flag("infinite_token_lifetime", "Infinite lifetime")}
                {Flag("infinite_idle_token_lifetime", "Infinite idle lifetime")}
                {Field("leeway_generations", "Generations that the leeway reaches back", Html.Of($"""<input id="leeway_generations" name="leeway_generations" data-kind="number" inputmode="numeric" autocomplete="off">"""))}
                {Field("active_cap", "Sessions per user", Html.Of($"""<input id="active_cap" name="active_cap" data-kind="number" inputmode="numeric" autocomplete="off">"""))}
                {Choice("reuse_response", "Reuse ends", ("family", "the family"), ("user_and_client", "all of the user's families at this client"), ("user", "all of the user's families"))}
                {Flag("shadow_mode", "Shadow mode: report reuse, revoke nothing")}
                {Field("policies", "Other APIs, one per line: audience, then scopes", Html.Of($"""<textarea id="policies" name="policies" data-kind="policies" rows="2" spellcheck="false"></textarea>"""))}
              </div>
              <div class="json">
                <label for="json">JSON of the PATCH request</label>
                <textarea id="json" rows="20" spellcheck="false" aria-describedby="json-note json-error"></textarea>
                <p id="json-note" class="note">Form and JSON change together. A member that you leave out stays as it is.</p>
                <p id="json-error" class="error" hidden></p>
              </div>
            </div>
            <div class="buttons">
              <button type="submit">Save</button>
              <button type="button" class="quiet" data-action="reload">Discard changes</button>
              <button type="button" class="quiet" data-action="reset">Reset to the defaults</button>
            </div>
          </fieldset>
        </form>
        """);

    private static Html Field(string name, string label, Html input) => Html.Of($"""
        <div class="field"><label for="{name}">{label}</label>{input}<p class="field-error" id="{name}-error" hidden></p></div>
        """);

    private static Html Choice(string name, string label, params (string Value, string Text)[] options) => Field(name, label, Html.Of($"""
        <select id="{name}" name="{name}" data-kind="choice">{Html.Join(options.Select(option => Html.Of($"""<option value="{option.Value}">{option.Text}</option>""")))}</select>
        """));

    private static Html Seconds(string name, string label, string note) => Field(name, $"{label}, seconds{(note.Length > 0 ? $" ({note})" : string.Empty)}", Html.Of($"""
        <input id="{name}" name="{name}" data-kind="number" inputmode="numeric" autocomplete="off" aria-describedby="{name}-human"><p class="human" id="{name}-human"></p>
        """));

    private static Html Flag(string name, string label) => Html.Of($"""
        <div class="field"><label class="check"><input type="checkbox" id="{name}" name="{name}" data-kind="flag"> {label}</label><p class="field-error" id="{name}-error" hidden></p></div>
        """);
}
