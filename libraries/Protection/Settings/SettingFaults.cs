using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Settings;

/// <summary>Collects the faults of the settings in a section. Each names the setting and its rule.</summary>
/// <param name="section">The section, such as <c>Tokens</c>.</param>
internal sealed class SettingFaults(string section)
{
    private const int MaxSecretName = 127;

    private readonly List<string> _faults = [];

    /// <summary>Adds a fault if a rule does not hold.</summary>
    /// <param name="rule">Whether the value is valid.</param>
    /// <param name="setting">The name below the section.</param>
    /// <param name="must">The rest of the sentence, such as <c>must be a URL.</c></param>
    public void Require(bool rule, string setting, string must)
    {
        if (!rule)
        {
            _faults.Add($"{section}:{setting} {must}");
        }
    }

    /// <summary>Requires a value between two bounds, both included.</summary>
    public void RequireRange<T>(string setting, T value, T minimum, T maximum)
        where T : IComparable<T> =>
        Require(value.CompareTo(minimum) >= 0 && value.CompareTo(maximum) <= 0, setting, FormattableString.Invariant($"must be between {minimum} and {maximum}."));

    /// <summary>Requires a valid name of a Key Vault secret. Such a name is also safe as the name of a file.</summary>
    public void RequireSecretName(string setting, string name) =>
        Require(IsSecretName(name), setting, $"must be the name of a Key Vault secret: 1 to {MaxSecretName} letters, digits and dashes.");

    /// <summary>The result for the options framework.</summary>
    public ValidateOptionsResult ToResult() => _faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_faults);

    /// <summary>Whether a string can name a secret in Key Vault.</summary>
    public static bool IsSecretName(string name) =>
        name.Length is > 0 and <= MaxSecretName && name.All(static character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
