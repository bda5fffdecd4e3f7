namespace Gatehouse.Protection.Http;

/// <summary>
/// A function, or all functions of a class, that are there when a setting is true. Without it they are answered like any
/// route that doesn't exist.
/// </summary>
/// <param name="setting">The setting's name, such as <c>Tokens:Enabled</c>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class EnabledByAttribute(string setting) : Attribute
{
    public string Setting { get; } = setting;

    /// <summary>What counts where the setting isn't set. Defaults to true.</summary>
    public bool Default { get; init; } = true;
}
