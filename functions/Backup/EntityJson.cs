using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;

namespace Gatehouse.Backup;

/// <summary>
/// An entity as a line of JSON, as Table Storage writes it: a type that JSON lacks stands beside the property, as in
/// <c>"CreatedAt@odata.type":"Edm.DateTime"</c>.
/// </summary>
internal static class EntityJson
{
    private const string TypeSuffix = "@odata.type";
    private const string DateTime = "Edm.DateTime";
    private const string Int64 = "Edm.Int64";
    private const string Binary = "Edm.Binary";
    private const string Double = "Edm.Double";

    /// <summary>Writes an entity without its ETag and its timestamp, which only the storage sets.</summary>
    public static void Write(Utf8JsonWriter json, TableEntity entity)
    {
        json.WriteStartObject();
        foreach (var (name, value) in entity)
        {
            if (value is not null && name is not ("odata.etag" or nameof(TableEntity.Timestamp)))
            {
                Write(json, name, value);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Reads an entity.</summary>
    /// <exception cref="InvalidDataException">The line was not written by <see cref="Write(Utf8JsonWriter, TableEntity)"/>.</exception>
    public static TableEntity Read(string line)
    {
        using var document = JsonDocument.Parse(line);
        var entity = new TableEntity();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (!property.Name.EndsWith(TypeSuffix, StringComparison.Ordinal))
            {
                var type = document.RootElement.TryGetProperty(property.Name + TypeSuffix, out var written) ? written.GetString() : null;
                entity[property.Name] = Read(property.Value, type);
            }
        }

        return entity;
    }

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                WriteTyped(json, name, Int64, number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                WriteTyped(json, name, Double, number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                WriteTyped(json, name, DateTime, time.ToString("O", CultureInfo.InvariantCulture));
                break;
            case byte[] or BinaryData:
                WriteTyped(json, name, Binary, Convert.ToBase64String(value is BinaryData data ? data.ToArray() : (byte[])value));
                break;
            default:
                throw new InvalidDataException($"The property {name} has the type {value.GetType().Name}, which a backup can't keep.");
        }
    }

    private static void WriteTyped(Utf8JsonWriter json, string name, string type, string value)
    {
        json.WriteString(name + TypeSuffix, type);
        json.WriteString(name, value);
    }

    private static object? Read(JsonElement value, string? type) => (type, value.ValueKind) switch
    {
        (null, JsonValueKind.String) => value.GetString(),
        (null, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (null, JsonValueKind.Number) => value.GetInt32(),
        (DateTime, _) => DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        (Int64, _) => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        (Double, _) => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        (Binary, _) => value.GetBytesFromBase64(),
        _ => throw new InvalidDataException($"A backup can't hold a value of the type {type ?? value.ValueKind.ToString()}."),
    };
}
