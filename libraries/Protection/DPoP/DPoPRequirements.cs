using System.Collections.Frozen;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.DPoP;

/// <summary>Where a bearer token is not enough.</summary>
internal sealed class DPoPRequirements(IOptions<DPoPOptions> options)
{
    /// <summary>Stands for all functions that need a token.</summary>
    public const string Every = "*";

    private readonly FrozenSet<string> _functions = SettingList.Split(options.Value.RequiredForFunctions).ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<string> _roles = SettingList.Split(options.Value.RequiredForRoles).ToFrozenSet(StringComparer.Ordinal);
    private readonly bool _isForAll = SettingList.Split(options.Value.RequiredForFunctions).Contains(Every);

    /// <summary>Whether a function takes bound tokens only.</summary>
    public bool IsRequiredAt(string function) => _isForAll || (_functions.Count > 0 && _functions.Contains(function));

    /// <summary>Whether somebody with these roles may use bound tokens only.</summary>
    public bool IsRequiredFor(IEnumerable<string> roles) => _roles.Count > 0 && roles.Any(_roles.Contains);
}
