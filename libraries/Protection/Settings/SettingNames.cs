using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Settings;

/// <summary>
/// Stops the start for a setting that no options class has: most are misspelt, and would silently do nothing. It also stops
/// the start for a time span that means something else than it seems to (<see cref="TimeSpanText"/>). Only sections of
/// registered options classes with a constant <c>Section</c> are checked, so no variable of the platform can stop the start.
/// </summary>
/// <param name="services">The services that the options are registered with.</param>
/// <param name="configuration">The settings.</param>
internal sealed class SettingNames(IServiceCollection services, IConfiguration configuration) : IValidateOptions<SettingNames.Check>
{
    // How many letters a misspelt name may have wrong; of a long name a third.
    private const int NearDistance = 2;

    private readonly Dictionary<string, Type> _sections = FindSections(services);

    public ValidateOptionsResult Validate(string? name, Check options)
    {
        var failures = new List<string>();
        foreach (var (section, type) in _sections)
        {
            CheckSection(configuration.GetSection(section), type, failures);
        }

        foreach (var section in configuration.GetChildren())
        {
            CheckSectionName(section, failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static Dictionary<string, Type> FindSections(IServiceCollection services)
    {
        var sections = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in services)
        {
            if (service.ServiceType is { IsGenericType: true } type
                && type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>)
                && type.GenericTypeArguments[0] is var options
                && options.GetField("Section")?.GetRawConstantValue() is string section)
            {
                sections[section] = options;
            }
        }

        return sections;
    }

    // A property of a section's own name is the section itself: Clients:0 is an item of ClientsOptions.Clients.
    private void CheckSection(IConfigurationSection section, Type type, List<string> failures) =>
        CheckNode(section, type.GetProperty(section.Key)?.PropertyType ?? type, failures);

    private void CheckNode(IConfigurationSection node, Type type, List<string> failures)
    {
        var item = FindItemType(type);
        var properties = PropertiesOf(type);
        foreach (var child in node.GetChildren())
        {
            var found = item ?? properties.GetValueOrDefault(child.Key)?.PropertyType;
            if (found is not null)
            {
                CheckNode(child, found, failures);
                if (found == typeof(TimeSpan) && TimeSpanText.IsMisleading(child.Value ?? "", out var advice))
                {
                    failures.Add($"{child.Path} {advice}");
                }

                if (child.Value is { Length: > 0 } && FindItemType(found) is null && PropertiesOf(found) is { Count: > 0 } parts)
                {
                    failures.Add($"{child.Path} is not a setting. It has: {string.Join(", ", parts.Keys.Order(StringComparer.Ordinal))}.");
                }
            }
            else if (!_sections.ContainsKey(child.Path))
            {
                failures.Add(Describe(child, [.. properties.Keys, .. FindSubsections(node.Path)]));
            }
        }
    }

    // Only a section that fits letter for letter in all else counts: Token:Issuer, but not Host:LocalHttpPort beside Http.
    private void CheckSectionName(IConfigurationSection section, List<string> failures)
    {
        if (_sections.ContainsKey(section.Key) || !section.GetChildren().Any())
        {
            return;
        }

        foreach (var (name, type) in _sections)
        {
            if (FindDistance(section.Key, name) > NearDistance)
            {
                continue;
            }

            var unknown = new List<string>();
            CheckNode(section, type.GetProperty(name)?.PropertyType ?? type, unknown);
            if (unknown.Count == 0)
            {
                failures.AddRange(section.GetChildren().Select(child => $"{child.Path} is not a setting. Did you mean {name}:{child.Key}?"));
                return;
            }
        }
    }

    private IEnumerable<string> FindSubsections(string path) =>
        _sections.Keys.Where(section => section.StartsWith(path + ':', StringComparison.OrdinalIgnoreCase)).Select(section => section[(path.Length + 1)..]);

    private static string Describe(IConfigurationSection unknown, IReadOnlyCollection<string> known)
    {
        var parent = ConfigurationPath.GetParentPath(unknown.Path);
        var nearest = known.MinBy(name => FindDistance(name, unknown.Key));
        return nearest is null
            ? $"{unknown.Path} is not a setting. {parent} is a single value."
            : FindDistance(nearest, unknown.Key) <= Math.Max(NearDistance, nearest.Length / 3)
                ? $"{unknown.Path} is not a setting. Did you mean {parent}:{nearest}?"
                : $"{unknown.Path} is not a setting. {parent} has: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
    }

    // Collections have no setter: the binder adds to them.
    private static Dictionary<string, PropertyInfo> PropertiesOf(Type type) =>
        type.IsEnum || type.Namespace?.StartsWith(nameof(System), StringComparison.Ordinal) == true
            ? []
            : type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(static property => property.CanWrite || FindItemType(property.PropertyType) is not null)
                .ToDictionary(static property => property.Name, StringComparer.OrdinalIgnoreCase);

    private static Type? FindItemType(Type type) =>
        type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)) ? null
        : type.IsArray ? type.GetElementType()
        : type.GenericTypeArguments.LastOrDefault();

    // Levenshtein's: how many letters must be added, removed or replaced.
    private static int FindDistance(string first, string second)
    {
        var costs = Enumerable.Range(0, second.Length + 1).ToArray();
        for (var i = 0; i < first.Length; i++)
        {
            var diagonal = costs[0]++;
            for (var j = 0; j < second.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(first[i]) == char.ToUpperInvariant(second[j]) ? 0 : 1);
                diagonal = costs[j + 1];
                costs[j + 1] = Math.Min(replaced, 1 + Math.Min(costs[j], costs[j + 1]));
            }
        }

        return costs[^1];
    }

    /// <summary>Options without settings. Validating them at the start validates the names of all settings.</summary>
    internal sealed class Check;
}

internal static class SettingNamesExtensions
{
    /// <summary>Stops the start for misspelt settings.</summary>
    public static IServiceCollection AddSettingNames(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SettingNames.Check>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<SettingNames.Check>>(_ => new SettingNames(services, configuration));
        return services;
    }
}
